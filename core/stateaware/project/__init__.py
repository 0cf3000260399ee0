"""Finds dbt projects, their folders, packages and files."""
