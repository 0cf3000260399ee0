"""``stateaware`` and ``python -m stateaware``."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Nothing is imported to say the version, and little to print a stored result.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if given in (["--version"], ["-V"]):
        from stateaware._version import __version__

        sys.stdout.write(f"stateaware {__version__}\n")
        return 0
    if given[:1] == ["check"]:
        from stateaware.cache.recall import recall

        code = recall(given)
        if code is not None:
            return code
    from stateaware.cli.main import run

    return run(given)


if __name__ == "__main__":
    sys.exit(main())
