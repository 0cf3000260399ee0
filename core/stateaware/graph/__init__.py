"""Nodes, refs and sources."""
