"""The errors that end a command, and the exit code of each.

::

    StateawareError
    ├── UsageError              4   the command line, the settings or the place are wrong
    │   ├── ProjectNotFound     4   no dbt_project.yml where one is needed
    │   ├── ProjectUnreadable   4   dbt_project.yml is there, and cannot be used at all
    │   ├── SettingsError       4   a wrong key or value in the settings file or the environment
    │   ├── SelectionError      4   a rule, item or expression that names nothing or cannot be read
    │   ├── BaselineError       4   the baseline file cannot be read
    │   └── OutputError         4   a result cannot be written where it was asked for
    ├── NothingCollected        5   the selection is valid and empty
    └── FixError                1   fixes were found and could not be written

What is wrong *in* a dbt project is never an error of these kinds: it is a finding. Any other
exception is a bug of ours and ends with exit code 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

EXIT_OK: Final = 0
EXIT_FINDINGS: Final = 1
EXIT_INTERRUPTED: Final = 2
EXIT_INTERNAL: Final = 3
EXIT_USAGE: Final = 4
EXIT_NOTHING: Final = 5
EXIT_TO_BUILD: Final = 10


class StateawareError(Exception):
    """Ends a command with a message of one cause and, where there is one, one remedy."""

    exit_code: ClassVar[int] = EXIT_INTERNAL

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class UsageError(StateawareError):
    """The command cannot do what was asked, and nothing was checked."""

    exit_code = EXIT_USAGE


class ProjectNotFound(UsageError):
    """There is no dbt_project.yml at a place or above it."""


class ProjectUnreadable(UsageError):
    """dbt_project.yml exists, and no project can be made of it."""


class SettingsError(UsageError):
    """A key or value of the settings is wrong."""


class SelectionError(UsageError):
    """What was selected does not exist, or the expression cannot be read."""


class BaselineError(UsageError):
    """The baseline file is missing, broken or of another version."""


class OutputError(UsageError):
    """An output file cannot be written."""


class NothingCollected(StateawareError):
    """The selection holds no item."""

    exit_code = EXIT_NOTHING


class FixError(StateawareError):
    """Fixes could not be written: a file changed meanwhile, or the disk refused."""

    exit_code = EXIT_FINDINGS


_LONGEST_WORD: Final = 500
"""Comparing takes time in the square of the length, and nobody means a longer name."""


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that was probably meant, or None when none is near; 1 means the same letters.

    >>> nearest("fial-on", ["fail-on", "select"])
    'fail-on'
    """
    from difflib import SequenceMatcher

    folded = word.lower()
    if len(folded) > _LONGEST_WORD:
        return None

    def likeness(name: str) -> tuple[float, int]:
        if 2 * min(len(name), len(word)) < cutoff * (len(name) + len(word)):
            return 0, 0
        matcher = SequenceMatcher(None, name.lower(), folded)
        if matcher.real_quick_ratio() < cutoff or matcher.quick_ratio() < cutoff:
            return 0, 0
        ratio = matcher.ratio()
        # of equally near words the one that begins alike was meant more likely
        alike = next(
            (at for at, pair in enumerate(zip(name.lower(), folded, strict=False)) if len({*pair}) > 1), 99
        )
        return ratio, alike

    best = max(known, key=likeness, default=None)
    return best if best is not None and likeness(best)[0] >= cutoff else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``did you mean `x`?`` for the end of a message, or an empty string when nothing is near."""
    found = nearest(word, known)
    return f"did you mean `{found}`?" if found else ""


def suggest(word: str, known: Iterable[str], otherwise: str) -> str:
    """A remedy: ``Did you mean `x`?``, or something else when nothing is near."""
    found = nearest(word, known)
    return f"Did you mean `{found}`?" if found else otherwise
