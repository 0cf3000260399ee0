"""Layers, merge, effective values and their origins, by engine profile."""
