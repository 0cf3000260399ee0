"""How messages name a written value."""

from __future__ import annotations

from typing import Final

_LONGEST: Final = 60


def shown(value: object) -> str:
    """A value as messages name it: `` `hours` ``, "an empty text", "a list", `` the boolean `true` ``."""
    if value is None:
        return "`null`"
    if isinstance(value, bool):
        return f"the boolean `{str(value).lower()}`"
    if isinstance(value, (int, float)):
        return f"the number `{shortened(str(value))}`"
    if isinstance(value, str):
        if not value.strip():
            return "an empty text"
        quoted = f'"{value}"' if value != value.strip() else value
        return f"`{shortened(quoted)}`"
    return "a list" if isinstance(value, list) else "a map"


def instead(value: object, jinja: str, verdict: str) -> str:
    """What is wrong with a value: `` `hours` is none of them ``, or what the Jinja that makes it gives."""
    if jinja:
        return f"`{shortened(jinja)}` gives {shown(value)}"
    return f"{shown(value)} is {verdict}"


def shortened(text: str) -> str:
    """A text on one line, cut off where it is too long for a message."""
    text = " ".join(text.split()) if "\n" in text else text
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
