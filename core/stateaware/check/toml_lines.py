"""Where the keys of a TOML text stand; the standard reader gives values without positions."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

KeyPath: TypeAlias = tuple[str, ...]

_SPACE: Final = re.compile(r"(?:[ \t]+|#[^\n]*)*")
_BLANK: Final = re.compile(r"(?:[ \t\r\n,]+|#[^\n]*)*")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_STRING: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"""+|' + r"'''.*?'''+" + r'|"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'", re.DOTALL
)
_DEEPEST: Final = 20
# parts of a dotted key; what lies deeper is placed at the key above
_OTHER: Final = re.compile(r"[^,\]}\n#]+")


def key_lines(text: str) -> dict[KeyPath, int]:
    r"""1-based line of every key and table header, by its path; the first place where one is named.

    The text must be valid TOML: on text that is not, the result is incomplete.

    >>> key_lines('[tool.x]\na = 1\n')[("tool", "x", "a")]
    2
    """
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[KeyPath, int] = {}

    def scan(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            start = self.at
            if self.text[self.at] == "[":
                while self._peek() == "[":
                    self.at += 1
                table = self._key(())
                while self._peek() == "]":
                    self.at += 1
            else:
                self._pair(table)
            self._skip(_BLANK)
            if self.at == start:  # not TOML after all
                break
        return self.lines

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()

    def _key(self, table: KeyPath) -> KeyPath:
        path = table
        while True:
            self._skip(_SPACE)
            quoted = _STRING.match(self.text, self.at)
            found = quoted or _BARE.match(self.text, self.at)
            if found is None:
                return path
            name = found[0][1:-1] if quoted else found[0]
            if len(path) < _DEEPEST:
                path = (*path, name)
                self.lines.setdefault(path, self.text.count("\n", 0, self.at) + 1)
            self.at = found.end()
            self._skip(_SPACE)
            if self._peek() != ".":
                return path
            self.at += 1

    def _pair(self, table: KeyPath) -> None:
        path = self._key(table)
        self._skip(_SPACE)
        if self._peek() == "=":
            self.at += 1
            self._value(path)

    def _value(self, path: KeyPath) -> None:
        self._skip(_SPACE)
        char = self._peek()
        if char in ("[", "{"):
            self.at += 1
            self._skip(_BLANK)
            while self._peek() not in ("]", "}", ""):
                start = self.at
                if char == "{":
                    self._pair(path)
                else:
                    self._value(path)
                self._skip(_BLANK)
                if self.at == start:
                    return
            self.at += 1
            return
        self._skip(_STRING if _STRING.match(self.text, self.at) else _OTHER)
