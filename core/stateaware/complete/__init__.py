"""What may be written at a place of a file that is being typed, as far as freshness is concerned."""
