"""What one file says, a pure function of its path and bytes."""
