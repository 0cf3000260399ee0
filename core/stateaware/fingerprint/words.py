"""What changed in the code of a node, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stateaware.fingerprint.code import NodeCode
from stateaware.fingerprint.compare import (
    differs,
    is_cosmetic,
    is_seed,
    macro_name,
    macro_texts,
    split_relation,
    template_text,
    told_by_both,
)

ONLY_WRITTEN: Final = "only how it is written"
_RENDERED: Final = "what its SQL renders to: a var, an environment variable, an ephemeral parent or a query"
_PARTS: Final = ("database", "schema", "name")


def describe_change(then: NodeCode, now: NodeCode, adapter: str = "") -> str:
    """What changed, for a sentence after ``code changed``: ``its SQL, macro cents_to_dollars``.

    Empty where nothing did. Config is told by its keys; of how it is materialized also from what to what.
    """
    if is_cosmetic(then, now, adapter):
        return ONLY_WRITTEN
    if not differs(then, now, adapter):
        return ""
    told = told_by_both(then, now)
    found = [*_relation(told[0].relation, told[1].relation), *_config(*told)]
    own = _own_code_differs(then, now, adapter, config_counts=False)
    if is_seed(now):
        if then.raw != now.raw:
            found.append("its file")
    elif then.language != now.language:
        found.append(f"its language: {then.language} → {now.language}")
    elif own:
        found.append("its Python code" if now.language == "python" else "its SQL")
    elif not (then.whole and now.whole) and _own_code_differs(then, now, adapter, config_counts=True):
        found.append("its config()")
    if not is_seed(now):
        found += _macros(then, now, adapter, own)
    return ", ".join(dict.fromkeys(found)) or _RENDERED


def _own_code_differs(then: NodeCode, now: NodeCode, adapter: str, *, config_counts: bool) -> bool:
    """Whether the code before Jinja is another one, of what both sides have."""
    if then.raw is None or now.raw is None or then.language != now.language:
        return False
    old, new = (template_text(node, adapter, config_counts=config_counts) for node in (then, now))
    return old != new


def _relation(then: str | None, now: str | None) -> Iterator[str]:
    if then is None or now is None:
        return
    old, new = split_relation(then), split_relation(now)
    if len(old) == len(new) <= len(_PARTS):
        for part, before, after in zip(_PARTS[-len(old) :], old, new, strict=True):
            if before != after:
                yield f"{part}: {before} → {after}"
    elif old != new:
        yield f"relation: {'.'.join(old)} → {'.'.join(new)}"


def _config(then: NodeCode, now: NodeCode) -> Iterator[str]:
    old, new = then.config, now.config
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if key == "materialized":
            yield f"materialized: {before or 'view'} → {after or 'view'}"
        elif not (key in _NAMING and then.relation != now.relation):
            yield f"config {key}"


_NAMING: Final = frozenset(
    {"database", "schema", "alias", "catalog", "project", "dataset", "target_schema", "target_database"}
)
"""Keys that show in the name of the relation, which is told by itself."""


def _macros(then: NodeCode, now: NodeCode, adapter: str, own: bool) -> Iterator[str]:
    """Macros whose text changed; those that came or went only where the node's own code did not change."""
    gone, come = ({macro_name(text) for text in texts} for texts in macro_texts(then, now, adapter))
    names = sorted(name for name in (gone & come if own else gone | come) if name)
    if len(names) > _SHOWN + 1:
        yield f"macros {', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
    else:
        yield from (f"macro {name}" for name in names)


_SHOWN: Final = 3
