"""Makes the fixtures of the command line's tests known."""

from conftest_cli import make, run

__all__ = ["make", "run"]
