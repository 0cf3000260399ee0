"""``stateaware`` and ``python -m stateaware``."""

from __future__ import annotations

import os
import sys


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Nothing is imported to say the version, and little to print a stored result.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if given in (["--version"], ["-V"]):
        from stateaware._version import __version__

        if sys.stdout is None:  # closed before we started
            return 0
        try:
            sys.stdout.write(f"stateaware {__version__}\n")
            sys.stdout.flush()
        except OSError as error:
            from stateaware.cli.main import end_output

            return end_output(error) or 2
        return 0
    if given[:1] == ["check"]:
        from stateaware.cache.recall import recall

        code = recall(given)
        if code is not None:
            return code
    from stateaware.cli.main import run

    return run(given)


def start() -> None:
    """The program: `main`, and out without taking apart what it made.

    Freeing what a check has read takes a tenth of its time, and the system does it in none.
    """
    code = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):  # whoever reads has gone, or never was
        code = code or 2
    os._exit(code)


def _forget_working_folder() -> None:
    """Take the working folder off the import path, where ``python -m`` puts it first.

    It is most often the project's, and a file ``yaml.py`` in it would be run.
    """
    try:
        here = os.getcwd()  # noqa: PTH109 - pathlib would be imported for it
    except OSError:  # the folder is gone
        here = ""
    if not getattr(sys.flags, "safe_path", False) and sys.path and sys.path[0] in ("", here):
        del sys.path[0]


if __name__ == "__main__":
    _forget_working_folder()
    start()
