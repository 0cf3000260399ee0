"""What a waiting person sees: a line that says what is going on, and dots for what came out."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Final

from stateaware.check.result import Outcome

DOTS: Final[dict[Outcome, str]] = {
    "passed": ".",
    "error": "E",
    "warning": "W",
    "info": "i",
    "suppressed": "s",
}
_MOST_DOTS: Final = 2000
_PATIENCE: Final = 1.0
_BAR: Final = 24


class Ticker:
    """A line on standard error that appears when a run takes longer than a second, and then goes away."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._doing = ""
        self._started = monotonic()
        self._ended = threading.Event()
        self._shown = False

    def doing(self, what: str, done: int) -> None:
        """Say what is being done, and how many of all parts are behind us."""
        self._doing, self._done = what, done

    def _line(self) -> str:
        seconds = monotonic() - self._started
        filled = _BAR * self._done // max(self._total, 1)
        bar = f"[{'#' * filled}{'.' * (_BAR - filled)}] " if self._total > 1 else ""
        return f"{bar}{self._doing} ... {seconds:.0f} s"

    def _tick(self) -> None:
        wait = _PATIENCE
        while not self._ended.wait(wait):
            wait = 0.2
            self._shown = True
            sys.stderr.write(f"\r\x1b[2K{self._line()}")
            sys.stderr.flush()

    @contextmanager
    def running(self) -> Iterator[Ticker]:
        """Show the line while the body runs, if standard error is a terminal."""
        if not sys.stderr.isatty():
            yield self
            return
        thread = threading.Thread(target=self._tick, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            thread.join()
            if self._shown:
                sys.stderr.write("\r\x1b[2K")
                sys.stderr.flush()


def draw_dots(outcomes: Sequence[Outcome], width: int) -> str:
    """One character for each item, in lines with the share that is done; nothing for too many."""
    if not 0 < len(outcomes) <= _MOST_DOTS:
        return ""
    room = max(width - 8, 10)
    lines = []
    for start in range(0, len(outcomes), room):
        part = outcomes[start : start + room]
        share = 100 * min(start + room, len(outcomes)) // len(outcomes)
        lines.append(f"{''.join(DOTS[outcome] for outcome in part):<{room}} [{share:3d}%]")
    return "\n".join(lines) + "\n\n"
