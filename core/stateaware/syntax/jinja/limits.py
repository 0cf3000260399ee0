"""The limits of an evaluation: every step and every piece of memory is paid for from one budget.

A project's templates are input that nobody vouches for. Nothing here depends on the clock, so that
the same text always gets the same answer.
"""

from __future__ import annotations

import re
from typing import Final

from stateaware.syntax.jinja.undecided import LimitExceeded, Undecided

STEPS: Final = 100_000
"""Steps for one evaluation: a fraction of a second, and some 10 MB. Models take some hundreds."""
MAX_SOURCE: Final = 100_000
"""Characters of a text to be rendered; parsing takes up to 10 microseconds for each."""
MAX_TEXT: Final = 200_000
"""Characters of one text."""
MAX_DEPTH: Final = 40
"""Macros that call each other, and loops that call themselves."""
_MAX_INTEGER: Final = 2**4096
_MAX_ARGUMENT: Final = 100_000
_CHARACTERS_A_STEP: Final = 32
_DIGITS: Final = re.compile(r"\d+")
_INDIRECT: Final = re.compile(r"%[-#0 +]*\*|\.\*|\{[^{}]*\{")
"""A width that is itself an argument: ``%*d``, ``{:{}}``."""


class Meter:
    """The budget of one evaluation, all its runs together."""

    __slots__ = ("_depth", "_left")

    def __init__(self, steps: int = STEPS) -> None:
        self._left = steps
        self._depth = 0

    def charge(self, steps: int = 1) -> None:
        """Pay for some steps."""
        self._left -= steps
        if self._left < 0:
            raise LimitExceeded("rendering this takes too many steps")

    def charge_text(self, length: int) -> None:
        """Pay for a text before it is made."""
        if length > MAX_TEXT:
            raise LimitExceeded("rendering this makes a text that is too long")
        self.charge(1 + length // _CHARACTERS_A_STEP)

    def enter(self) -> None:
        """Go one call deeper."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise LimitExceeded("macros call each other too deeply")

    def leave(self) -> None:
        """Come back from a call."""
        self._depth -= 1

    def weigh(self, value: object) -> Undecided | None:
        """Pay for the size of a value, and give some undecided part of it, if there is one.

        A part that stands in two places is paid for twice: what takes exponential time to print or
        compare does not pass.
        """
        if isinstance(value, Undecided):
            return value
        if isinstance(value, str):
            self.charge_text(len(value))
            return None
        if isinstance(value, int):
            if not -_MAX_INTEGER < value < _MAX_INTEGER:
                raise LimitExceeded("rendering this makes a number that is too large")
            return None
        if not isinstance(value, (list, tuple, dict, set, frozenset)):
            return None
        undecided = None
        pending: list[object] = [value]
        while pending:
            current = pending.pop()
            self.charge()
            if isinstance(current, dict):
                self.charge(2 * len(current))
                pending.extend(current.keys())
                pending.extend(current.values())
            elif isinstance(current, (list, tuple, set, frozenset)):
                self.charge(len(current))
                pending.extend(current)
            elif isinstance(current, str):
                self.charge(len(current) // _CHARACTERS_A_STEP)
            elif isinstance(current, Undecided):
                undecided = undecided or current
        return undecided

    def check_argument(self, value: object) -> None:
        """Refuse numbers that can only serve to make something huge."""
        if isinstance(value, int) and abs(value) > _MAX_ARGUMENT:
            raise LimitExceeded("rendering this uses a width or count that is too large")

    def check_format(self, template: str) -> None:
        """Pay for the widths and precisions in a format string."""
        if _INDIRECT.search(template):
            raise LimitExceeded("rendering this uses a format whose width is computed")
        self.charge_text(sum(int(digits[:7]) for digits in _DIGITS.findall(template)))

    def check_operation(self, operator: str, left: object, right: object) -> None:
        """Pay for the result of an operator before it is computed."""
        if operator == "*":
            self._check_product(left, right)
        elif operator == "+" and isinstance(left, str) and isinstance(right, str):
            self.charge_text(len(left) + len(right))
        elif operator == "+" and isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
            self.charge(len(left) + len(right))
        elif operator == "%" and isinstance(left, str):
            self.check_format(left)
        elif operator == "**" and isinstance(left, int) and isinstance(right, int):
            self._check_power(left, right)

    def _check_power(self, base: int, exponent: int) -> None:
        if base.bit_length() * abs(exponent) > _MAX_INTEGER.bit_length():
            raise LimitExceeded("rendering this makes a number that is too large")

    def _check_product(self, left: object, right: object) -> None:
        for one, many in ((left, right), (right, left)):
            if isinstance(one, (str, list, tuple)) and isinstance(many, int):
                if isinstance(one, str):
                    self.charge_text(len(one) * max(0, many))
                else:
                    self.charge(len(one) * max(0, many))
