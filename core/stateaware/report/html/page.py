"""One file that shows a report: it needs no network, no server and nothing beside it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from stateaware.report.characters import one_line

if TYPE_CHECKING:
    from importlib.abc import Traversable

MANIFEST: Final = "manifest.json"
"""Beside the assets: which of them are the script and the style, in their order."""
_ESCAPES: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
_PAGE: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<div id="report"><noscript>{text}</noscript></div>
<script type="application/json" id="report-data">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def html_page(document: Mapping[str, Any], mask: Callable[[str], str] = str) -> str:
    """The page of a report, with a line feed at the end.

    What the document says is data only: nothing of it can become markup or code, and the page may load
    nothing and send nothing.

    Args:
        document: of `plan_report` or `simulation_report`.
        mask: hides in the document, as JSON, what must not be shown.
    """
    data = mask(json.dumps(document, separators=(",", ":"), allow_nan=False))
    told = json.loads(data)
    script, style = read_script(), read_style()
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return _PAGE.format(
        policy=policy,
        title=escape(one_line(f"{told['project']}: {told['kind']}")),
        style=style,
        text=escape(one_line(told["text"])),
        data=data.translate(_ESCAPES),
        script=script,
    )


def read_script() -> str:
    """The script of the page: the files that the manifest names under ``scripts``, one after another."""
    return _joined("scripts")


def read_style() -> str:
    """The style of the page: the files that the manifest names under ``styles``."""
    return _joined("styles")


def _joined(kind: str) -> str:
    assets = _assets()
    names = json.loads((assets / MANIFEST).read_text(encoding="utf-8"))[kind]
    return "".join((assets / name).read_text(encoding="utf-8") for name in names)


def _assets() -> Traversable:
    return files("stateaware") / "report" / "html" / "assets"


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
