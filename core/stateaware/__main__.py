"""``stateaware`` and ``python -m stateaware``."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code; nothing is imported to say the version."""
    given = sys.argv[1:] if arguments is None else arguments
    if given in (["--version"], ["-V"]):
        from stateaware._version import __version__

        sys.stdout.write(f"stateaware {__version__}\n")
        return 0
    from stateaware.cli.main import run

    return run(given)


if __name__ == "__main__":
    sys.exit(main())
