"""stateaware: what a dbt project's freshness configuration does, and what is wrong with it."""

from stateaware._version import __version__

__all__ = ["__version__"]
