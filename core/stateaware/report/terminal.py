"""Text for terminals: colours, characters and width, decided once."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from stateaware.records import dataclass
from stateaware.report.cells import columns_of
from stateaware.report.characters import as_ascii, one_line

Style: TypeAlias = Literal["error", "warning", "info", "passed", "path", "dim", "strong"]

_CODES: Final[dict[Style, str]] = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "passed": "32",
    "path": "1",
    "dim": "2",
    "strong": "1",
}


_MOST_MARKS: Final = 20
"""Code points for each column of a text that may fit; most of them would be combining marks."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What the reader's terminal can show. ``width`` 0 means that nothing needs to fit."""

    color: bool = False
    width: int = 0
    unicode: bool = True

    def plain(self, text: str) -> str:
        """The text on one line, without anything that the terminal would act on or cannot show."""
        text = one_line(text)
        return text if self.unicode else as_ascii(text)

    def paint(self, text: str, style: Style) -> str:
        """The text in a style's colour; the words must say the same without it."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.color and text else text

    def fits(self, text: str) -> bool:
        """Whether an unpainted text fits on one line."""
        return not self.width or (len(text) <= self.width * _MOST_MARKS and columns_of(text) <= self.width)

    def wrap(self, text: str, indent: int) -> list[str]:
        """The lines of a text that starts ``indent`` columns from the left; words stay whole."""
        if self.fits(f"{'':{indent}}{text}"):
            return [text]
        lines: list[str] = []
        line, taken = "", 0
        for word in text.split(" "):
            columns = columns_of(word)
            if taken and indent + taken + 1 + columns > self.width:
                lines.append(line)
                line, taken = word, columns
            else:
                line, taken = (f"{line} {word}", taken + 1 + columns) if taken else (word, columns)
        return [*lines, line]
