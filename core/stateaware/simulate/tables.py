"""Reads the values of settings' tables, and says what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from stateaware.config.durations import parse_duration
from stateaware.errors import did_you_mean
from stateaware.rules.spans_of_time import SECONDS

_LENGTHS: Final = "Write it like these: 15m, 1h, 1h 30m"


class TableError(ValueError):
    """A value that a table does not take.

    Args:
        message: what is wrong with the value, to follow its name; a whole sentence where ``whole`` is set.
        path: the keys that lead to it, from the table that was read.
        remedy: what to write, as a sentence.
        whole: whether the message names the key itself.
    """

    def __init__(
        self, message: str, path: tuple[str, ...] = (), remedy: str = "", *, whole: bool = False
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.remedy = remedy
        self.whole = whole

    def below(self, *path: str) -> TableError:
        """The same error, seen from further up."""
        return TableError(self.message, (*path, *self.path), self.remedy, whole=self.whole)


class Table:
    """One table with the keys that it may have; each ``read_…`` takes one key, and gives its default."""

    def __init__(self, values: object, keys: Iterable[str], like: str) -> None:
        """Take in a table.

        Raises:
            TableError: it is no table, or has a key that does not exist.
        """
        if not isinstance(values, Mapping):
            raise TableError(f"must be a table, not {shown(values)}", remedy=f"Write it like this: {like}")
        self.values: Mapping[str, Any] = values
        known = tuple(keys)
        for key in values:
            if key not in known:
                meant = did_you_mean(str(key), known) or f"there are {', '.join(known)}"
                raise TableError(f"unknown key `{key}`; {meant}", (str(key),), whole=True)

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def read_text(self, key: str, default: str = "") -> str:
        """A text that is not empty."""
        return read_text(self.values[key], key) if key in self.values else default

    def read_texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one."""
        value = self.values.get(key, ())
        if isinstance(value, str):
            return (read_text(value, key),)
        if not isinstance(value, (list, tuple)):
            raise TableError(f"must be a text or a list of texts, not {shown(value)}", (key,))
        return tuple(read_text(one, key) for one in value)

    def read_flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise TableError(
                f"must be true or false, not {shown(value)}", (key,), "Write it without quotation marks."
            )
        return value

    def read_length(self, key: str, default: int = 0, *, least: int = 0, most: int = 366 * 86400) -> int:
        """A length of time in seconds, from a text like ``1h 30m``."""
        return read_length(self.values[key], key, least, most) if key in self.values else default

    def read_number(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number."""
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise TableError(f"must be a number from {least} to {most}, not {shown(value)}", (key,))
        return value

    def read_chance(self, key: str) -> float:
        """A probability."""
        value = self.values.get(key, 0)
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= 1:
            raise TableError(
                f"must be a chance from 0 to 1, not {shown(value)}", (key,), "0.05 is one time of twenty."
            )
        return float(value)

    def read_choice(self, key: str, default: str, words: tuple[str, ...]) -> str:
        """One of some words."""
        return read_choice(self.values[key], key, words) if key in self.values else default


def read_text(value: object, key: str) -> str:
    """A text that is not empty.

    Raises:
        TableError: it is none.
    """
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise TableError(f"must be a text, not {shown(value)}", (key,))
    return value.strip()


def read_choice(value: object, key: str, words: tuple[str, ...]) -> str:
    """One of some words.

    Raises:
        TableError: it is none of them.
    """
    if not isinstance(value, str) or value not in words:
        meant = did_you_mean(value, words) if isinstance(value, str) else ""
        raise TableError(
            f"must be {', '.join(words[:-1])} or {words[-1]}, not {shown(value)}" + (meant and f"; {meant}"),
            (key,),
        )
    return value


def read_length(value: object, key: str, least: int = 0, most: int = 366 * 86400) -> int:
    """Seconds, from a text like ``1h 30m``.

    Raises:
        TableError: it is none, or shorter or longer than it may be.
    """
    found = parse_duration(value.strip()) if isinstance(value, str) and value.strip() else None
    if found is None:
        raise TableError(f"must be a length of time, not {shown(value)}", (key,), _LENGTHS)
    seconds = found[0] * SECONDS[found[1]]
    if not least <= seconds <= most:
        bound = f"at least {_words(least)}" if seconds < least else f"at most {_words(most)}"
        raise TableError(f"must be {bound}, not {shown(value)}", (key,), _LENGTHS)
    return seconds


def _words(seconds: int) -> str:
    units: tuple[tuple[int, Literal["d", "h", "m"]], ...] = ((86400, "d"), (3600, "h"), (60, "m"))
    return next((f"{seconds // size}{unit}" for size, unit in units if seconds % size == 0), f"{seconds}s")


def shown(value: object) -> str:
    """A value as messages quote it, cut where it is long."""
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
