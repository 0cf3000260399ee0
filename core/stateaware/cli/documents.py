"""Prints what a command has to say: UTF-8, secrets masked, and nothing that a terminal would act on."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from stateaware.cli.output import Mask, wants_color
from stateaware.report.characters import encodable, show_controls
from stateaware.report.terminal import Terminal
from stateaware.text.pieces import Line, Piece, plain_line, single


def print_json(document: dict[str, Any], env: Mapping[str, str]) -> None:
    """Write a document to standard output; ``env`` holds variables beside those of the process."""
    sys.stdout.flush()
    sys.stdout.buffer.write(Mask(os.environ, env)(json_text(document)).encode())
    sys.stdout.buffer.flush()


def print_lines(lines: Iterable[Line], env: Mapping[str, str], color: str) -> None:
    """Write lines for people to standard output; ``env`` as for `print_json`, ``color`` from ``--color``."""
    mask = Mask(os.environ, env)
    terminal = Terminal(wants_color(color, sys.stdout, os.environ))
    for line in lines:
        if terminal.color:  # what is painted is masked in pieces, and once more as a whole
            text = "".join(_painted(piece, mask, terminal) for piece in line)
        else:
            text = show_controls(mask(plain_line(line)))
        sys.stdout.write(mask(text) + "\n")
    sys.stdout.flush()


def _painted(piece: Piece, mask: Mask, terminal: Terminal) -> str:
    text = show_controls(mask(single(piece.text)))
    return terminal.paint(text, piece.tone) if piece.tone else text


def json_text(document: dict[str, Any]) -> str:
    """A document as JSON that every reader takes, with a line feed at the end.

    Numbers that JSON lacks become texts (``"nan"``, ``"inf"``).
    """
    return encodable(json.dumps(_plain(document), indent=2, ensure_ascii=False, default=str)) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
