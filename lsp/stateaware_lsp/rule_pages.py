"""The pages of rules as files, so that the code of a diagnostic can link to one without a network."""

from __future__ import annotations

import inspect
from functools import cache

from pygls import uris

from stateaware._version import __version__
from stateaware.project.storage import private_folder, write_atomically
from stateaware.rules.registry import get_rule


@cache
def page_uri(code: str) -> str | None:
    """The URI of a rule's page, written to the user's cache when first asked for; None where it cannot be."""
    folder = private_folder("rules", __version__)
    if folder is None:
        return None
    rule = get_rule(code)
    page = folder / f"{code}.md"
    text = f"# {code}: {rule.name}\n\n{inspect.cleandoc(type(rule).__doc__ or '')}\n"
    try:
        if not page.exists() or page.read_text("utf-8") != text:
            write_atomically(page, text.encode())
    except OSError:
        return None
    uri: str | None = uris.from_fs_path(str(page))
    return uri
