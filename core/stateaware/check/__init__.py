"""Collects rules and places into items, runs them, and filters what they say."""
