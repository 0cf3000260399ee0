"""What may be written where: no output carries characters that its reader would act on or reject."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

# C0 and C1 controls drive terminals, the marks of bidirectional text reorder what people see, and
# half surrogates cannot be encoded at all.
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_BREAKS: Final = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def show_controls(text: str) -> str:
    r"""Write control characters as visible escapes (``\x1b``); line feeds and tabs stay."""
    return _UNPRINTABLE.sub(lambda found: _escape(found[0]), text) if _UNPRINTABLE.search(text) else text


def one_line(text: str) -> str:
    """The text on a single line, with control characters as visible escapes."""
    return show_controls(_BREAKS.sub(" ", text).replace("\t", " "))


def unix_lines(text: str) -> str:
    """The text with every kind of line break as a line feed."""
    return _BREAKS.sub("\n", text)


def as_ascii(text: str) -> str:
    r"""The text for an output that can carry ASCII only: ``\xe9`` for ``é``."""
    return text if text.isascii() else text.encode("ascii", "backslashreplace").decode("ascii")


def encodable(text: str) -> str:
    """The text with half surrogates (from undecodable file names) replaced by U+FFFD."""
    return _SURROGATES.sub("\ufffd", text)


def for_xml(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold, not even as references."""
    return _not_xml().sub("", text)


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


@cache
def _not_xml() -> re.Pattern[str]:
    # compiled when first needed: a set of characters this wide takes milliseconds
    return re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
