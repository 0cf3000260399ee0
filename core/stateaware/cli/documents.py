"""Prints JSON documents: UTF-8, secrets masked."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from typing import Any

from stateaware.cli.output import Mask


def print_json(document: dict[str, Any], arguments: Namespace) -> None:
    """Write a document to standard output; values of DBT_ENV_SECRET variables become asterisks."""
    given = dict(pair.split("=", 1) for pair in arguments.env if "=" in pair)
    text = json.dumps(document, indent=2, ensure_ascii=False, default=str)
    data = (Mask(os.environ, given)(text) + "\n").encode("utf-8", "backslashreplace")
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
