"""Makes an input that fails small, so that a person can see why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from fuzz.corpus import Files
from fuzz.examine import write
from fuzz.mutate import make_input
from fuzz.worker import Failure, attempt_files

_MOST_TRIES: Final = 4000


def reduce_input(seed: int, number: int, folder: Path) -> Files:
    """The files of the smallest input that was found to fail as this one does; written to a folder.

    Raises:
        ValueError: the input does not fail.
    """
    files = make_input(seed, number).files
    first = attempt_files(seed, number, files, folder)
    if not isinstance(first, Failure):
        raise ValueError(f"input {number} does not fail")  # noqa: TRY004 - its value is what is wrong

    def fails(candidate: Files) -> bool:
        found = attempt_files(seed, number, candidate, folder)
        return isinstance(found, Failure) and found.signature == first.signature

    files = _reduce(files, fails)
    write(files, folder)
    return files


def _reduce(files: Files, fails: Callable[[Files], bool]) -> Files:
    tries = 0
    shrunk = True
    while shrunk and tries < _MOST_TRIES:
        shrunk = False
        for candidate in _smaller(files):
            tries += 1
            if tries >= _MOST_TRIES:
                break
            if fails(candidate):
                files, shrunk = candidate, True
                break
    return files


def _smaller(files: Files) -> Iterator[Files]:
    """The files without one of them, then with less and less taken out of each."""
    for name in files:
        if len(files) > 1:
            yield {key: data for key, data in files.items() if key != name}
    for separator in (b"\n", b""):
        for name, data in files.items():
            parts = data.split(separator) if separator else [bytes([byte]) for byte in data]
            size = len(parts) // 2
            while size >= 1:
                for start in range(0, len(parts), size):
                    less = parts[:start] + parts[start + size :]
                    yield {**files, name: separator.join(less)}
                size //= 2
