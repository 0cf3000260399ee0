"""A project kept up to date while its files are edited: what the language server stands on."""

from stateaware.index.index import Change, Index

__all__ = ["Change", "Index"]
