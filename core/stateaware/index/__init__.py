"""A project kept up to date while its files are edited: what the language server stands on."""

from stateaware.index.index import Index

__all__ = ["Index"]
