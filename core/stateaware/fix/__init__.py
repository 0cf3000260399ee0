"""Edits to files that keep comments, quoting and line endings."""
