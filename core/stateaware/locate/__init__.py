"""What stands at a place of a file, as far as freshness, state and loading are concerned."""

from stateaware.locate.find import locate, outline
from stateaware.locate.target import Target

__all__ = ["Target", "locate", "outline"]
