"""Turns bytes into located trees; the only place that parses."""
