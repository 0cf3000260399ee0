"""Writes the report page of a plan or a simulation: to a file, or to what reads standard output."""

from __future__ import annotations

import os
import sys
from argparse import Namespace, _ActionsContainer
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stateaware.cli.output import Mask, write_file
from stateaware.errors import UsageError


def add_page_file(output: _ActionsContainer) -> None:
    """The option for where the page goes."""
    output.add_argument("--output", dest="page_file", metavar="FILE", help="where --format html goes")


def check_page(arguments: Namespace) -> None:
    """See that a page has somewhere to go, before anything is worked out for it.

    Raises:
        UsageError: a file is named and no page is asked for, the page would fill a terminal, or there is
            none of what is asked for.
    """
    html = arguments.format == "html"
    for option in ("diff", "compare", "set"):
        if html and getattr(arguments, option, None):
            raise UsageError(f"--{option} has no page", "Leave out --format html.")
    if arguments.page_file and not html:
        raise UsageError(
            "--output is of --format html", f"Add it: --format html --output {arguments.page_file}"
        )
    if html and not arguments.page_file and sys.stdout.isatty():
        raise UsageError("a page is nothing for a terminal", "Name a file: --output report.html")


def print_page(document: Mapping[str, Any], arguments: Namespace, env: Mapping[str, str]) -> None:
    """Write the page of a report; ``env`` holds variables beside those of the process.

    Raises:
        OutputError: it cannot be written.
    """
    from stateaware.report.html.page import html_page

    page = html_page(document, Mask(os.environ, env))
    if arguments.page_file:
        write_file(Path(arguments.page_file), page)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(page.encode())
    sys.stdout.buffer.flush()
