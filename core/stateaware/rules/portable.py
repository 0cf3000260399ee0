"""Settings that every engine reads alike: plainly written, complete, with nothing to interpret.

Nearly all settings of a real project are of this kind, and a glance tells it, so that only the others
need to be read as another engine reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from stateaware.syntax.tree import Mapping, Node, Scalar

if TYPE_CHECKING:
    from stateaware.config.layers import Setting
    from stateaware.config.sources import SourceLayers

_COUNT: Final = re.compile(r"(?:0|[1-9][0-9]{0,15})\Z")
_PERIODS: Final = frozenset({"minute", "hour", "day"})
_WAITS: Final = frozenset({"any", "all"})
_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_NO_TEXT: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


def same_for_model(settings: Iterable[Setting]) -> bool:
    """Whether all engines agree on a model without versions that has these settings of ``freshness``."""
    return all(_is_plain(setting) and _is_build_after(setting.node) for setting in settings)


def same_for_table(layers: SourceLayers) -> bool:
    """Whether all engines agree on the thresholds and filter of a table: ``layers`` of ``freshness``."""
    if layers.root or (layers.own and (layers.source or layers.table)):
        return False
    written = (*layers.own, *layers.source, *layers.table)
    return all(_is_plain(setting) and _is_thresholds(setting.node) for setting in written)


def same_loaded_at(field: SourceLayers, query: SourceLayers) -> bool:
    """Whether all engines agree on ``loaded_at_field`` and ``loaded_at_query`` with these layers."""
    if any(layers.own or layers.root for layers in (field, query)):
        return False
    written = [(*layers.source, *layers.table) for layers in (field, query)]
    return not all(written) and all(map(_is_text, (*written[0], *written[1])))


def _is_plain(setting: Setting) -> bool:
    in_tree = setting.layer.kind in ("models", "project", "folder", "file")
    if setting.file.rpartition("/")[2].startswith("."):
        return False  # dbt Core does not read such files
    return not (setting.dropped or setting.layer.legacy or (in_tree and setting.key.text[:1] != "+"))


def _is_build_after(node: Node) -> bool:
    inner = node.value("build_after") if isinstance(node, Mapping) and len(node.entries) == 1 else None
    if not isinstance(inner, Mapping) or not _is_interval(inner):
        return False
    waits = inner.get("updates_on")
    if waits is None:
        return len(inner.entries) == 2
    return len(inner.entries) == 3 and isinstance(waits.value, Scalar) and waits.value.text in _WAITS


def _is_interval(node: Node | None) -> bool:
    if not isinstance(node, Mapping):
        return False
    count, period = node.value("count"), node.value("period")
    if not isinstance(count, Scalar) or not isinstance(period, Scalar) or period.text not in _PERIODS:
        return False
    if count.style == "native":
        return type(count.native) is int and 0 <= count.native < 2**53
    return count.style == "plain" and count.tag is None and _COUNT.match(count.text) is not None


def _is_thresholds(node: Node) -> bool:
    if not isinstance(node, Mapping) or not node.entries:
        return False
    found = 0
    for entry in node.entries:
        if entry.key.text in ("warn_after", "error_after"):
            if not _is_interval(entry.value) or len(getattr(entry.value, "entries", ())) != 2:
                return False
            found += 1
        elif entry.key.text != "filter" or not _is_written_text(entry.value):
            return False
    return found > 0


def _is_text(setting: Setting) -> bool:
    return _is_plain(setting) and _is_written_text(setting.node)


def _is_written_text(node: Node) -> bool:
    """A text in quotes or in a block, or a bare word that is no other value in any YAML."""
    if not isinstance(node, Scalar) or node.tag is not None or "{{" in node.text or "{%" in node.text:
        return False
    if "{#" in node.text or not node.text.strip():
        return False
    if node.style != "plain":
        return node.style != "native"
    return _WORD.match(node.text) is not None and node.text.lower() not in _NO_TEXT
