"""Writes windows into the files of a project: where the value in force is set, or nearer to the model."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Literal, TypeAlias

from stateaware.config.layers import Setting
from stateaware.config.reader import FRESHNESS, STATE
from stateaware.findings import Edit
from stateaware.fix.code_edit import add_argument, add_call
from stateaware.fix.edits import OverlapError, edit_bytes
from stateaware.fix.files import Change, Territory
from stateaware.fix.imagine import imagine
from stateaware.fix.refactor_home import home_of
from stateaware.fix.yaml_edit import replace_value
from stateaware.fix.yaml_put import put
from stateaware.graph.nodes import ModelNode
from stateaware.plan.nodes import NO_WINDOW, Node, Window
from stateaware.plan.project import lineage_of
from stateaware.records import dataclass, replace
from stateaware.rules.words import in_words
from stateaware.syntax.tree import Mapping as Tree
from stateaware.syntax.tree import Scalar
from stateaware.text.source import SourceText
from stateaware.workspace import Project

Key: TypeAlias = Literal["build_after", "lag_tolerance"]

_HOLDERS: Final[Mapping[Key, str]] = {"build_after": FRESHNESS, "lag_tolerance": STATE}
_PERIODS: Final = (("day", 86400), ("hour", 3600), ("minute", 60))
_ROUNDS: Final = 4


@dataclass(frozen=True, slots=True)
class WrittenWindows:
    """What writes windows.

    Args:
        changes: the files before and after.
        places: by unique_id of a model whose window is another then, where that is written (``file:line``, in
            terms of the file before).
        refused: by unique_id of one that cannot be written, why.
    """

    changes: tuple[Change, ...]
    places: Mapping[str, str]
    refused: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Edits that give some models their window, and where."""

    models: tuple[str, ...]
    edits: tuple[Edit, ...]


def write_windows(
    project: Project, seconds: Mapping[str, int | None], key: Key, territory: Territory
) -> WrittenWindows:
    """Work out edits that put windows into force for models, and leave those of all others alone.

    A setting is changed where it is written if all models for which it is in force are among ``seconds``;
    it then gets the value that most of them need. Else, or where there is none, the model gets one of its
    own: in its entry of a properties file if there is one, else in its ``config()``. What comes of the edits
    is read again, and models that would not have the window that is meant are left out.

    Args:
        project: all of it.
        seconds: by unique_id; also of models that keep what they have (None where that is nothing).
        key: the setting.
        territory: where files may be changed.
    """
    nodes = lineage_of(project).nodes
    wanted = {one: value for one, value in seconds.items() if one in project.models}
    moved = {one for one, value in wanted.items() if _length(nodes[one], key) != value}
    pieces, refused = _pieces(project, wanted, moved, key, territory)
    meant = {one: _meant(nodes[one], wanted[one], key) for one in moved}
    for _ in range(_ROUNDS):
        kept = [piece for piece in pieces if refused.keys().isdisjoint(piece.models)]
        left = {one for piece in kept for one in piece.models}
        wrong = _wrong(project, kept, {**nodes, **{one: meant[one] for one in left & moved}}, key)
        if not wrong:
            break
        known = wrong & left or left  # an edit that changes others is one of these
        refused.update(dict.fromkeys(known, "its window would not become the one that is meant"))
    else:
        kept = []
    places = {
        one: f"{piece.edits[0].file}:{piece.edits[0].span.line}"
        for piece in kept
        for one in piece.models
        if one in moved
    }
    return WrittenWindows(
        _changes(project, kept), places, {one: refused[one] for one in moved & refused.keys()}
    )


def _pieces(
    project: Project, wanted: Mapping[str, int | None], moved: set[str], key: Key, territory: Territory
) -> tuple[list[_Piece], dict[str, str]]:
    pieces: list[_Piece] = []
    refused: dict[str, str] = {}
    settled: set[str] = set()
    for setting, models in _governed(project, key):
        if moved.isdisjoint(models) or not wanted.keys() >= set(models):
            continue
        values = [value for one in models if (value := wanted[one]) is not None]
        if not values or not territory.allows(_path(project, setting.file)):
            continue
        best = max(sorted(set(values)), key=values.count)
        edits = _in_place(project, setting, key, best)
        if not edits:
            continue
        same = tuple(one for one in models if wanted[one] == best)
        pieces.append(_Piece(same, edits))
        settled.update(same)
        moved = moved | {one for one in models if wanted[one] != best}  # they need one of their own now
    for one in (one for one in wanted if one in moved and one not in settled):
        model, value = project.models[one], wanted[one]
        if not model.package.is_root:
            refused[one] = f"it is in the package {model.package.name}"
            continue
        edits = () if value is None else _own(project, model, key, value)
        if edits and all(territory.allows(_path(project, edit.file)) for edit in edits):
            pieces.append(_Piece((one,), edits))
        else:
            refused[one] = "there is no clean place for it"
    return pieces, refused


def _path(project: Project, file: str) -> Path:
    return Path(os.path.normpath(project.root / file))


def _governed(project: Project, key: Key) -> list[tuple[Setting, list[str]]]:
    """Every setting in force with the models for which it is."""
    found: dict[tuple[str, tuple[int, ...]], tuple[Setting, list[str]]] = {}
    for unique_id, model in project.models.items():
        effective = model.effective.get(_HOLDERS[key])
        if effective is not None and effective.winner is not None:
            winner = effective.winner
            at = (winner.file, tuple(winner.key.span))
            found.setdefault(at, (winner, []))[1].append(unique_id)
    return list(found.values())


def _in_place(project: Project, setting: Setting, key: Key, seconds: int) -> tuple[Edit, ...]:
    """Edits that change the length in a setting; none where it is not written there as such."""
    text, node = project.text(setting.file), setting.node
    entry = node.get(key) if isinstance(node, Tree) else None
    if text is None or entry is None:
        return ()
    source = SourceText(setting.file, text)
    count, period = _interval(seconds)
    if key == "lag_tolerance" and isinstance(entry.value, Scalar):
        parts = [(entry, in_words(count, period))]
    elif isinstance(entry.value, Tree):
        inner = [(entry.value.get("count"), str(count)), (entry.value.get("period"), period)]
        parts = [(part, value) for part, value in inner if part is not None]
        if len(parts) < len(inner):
            return ()
    else:
        return ()
    edits: list[Edit] = []
    for part, value in parts:
        quotes = not value.isdigit()
        if setting.layer.kind == "config()":
            written = source.text[slice(*(source.index.offset(*at) for at in _ends(part.value.span)))]
            quote = written[:1] if written[:1] in ("'", '"') else '"'
            new: tuple[Edit, ...] = (
                Edit(setting.file, part.value.span, f"{quote}{value}{quote}" if quotes else value),
            )
        else:
            new = replace_value(source, part, value, quotes=quotes and "{{" not in _text(part.value))
        if not new:
            return ()
        edits += (edit for edit in new if _now(source, edit) != edit.text)
    return tuple(edits)


def _text(node: object) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _ends(span: tuple[int, int, int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    return (span[0], span[1]), (span[2], span[3])


def _now(source: SourceText, edit: Edit) -> str:
    start, end = (source.index.offset(*at) for at in _ends(edit.span))
    return source.text[start:end]


def _own(project: Project, model: ModelNode, key: Key, seconds: int) -> tuple[Edit, ...]:
    """Edits that give a model a setting of its own."""
    holder = _HOLDERS[key]
    effective = model.effective.get(holder)
    value = _block(effective.value if effective is not None else None, key, seconds)
    home = home_of(project, model)
    if home is not None:
        file, item = home
        text, config = project.text(file), item.value("config")
        if text is not None and not (isinstance(config, Tree) and config.get(holder) is not None):
            flow = f"{holder}: {_flow(value)}"
            edits = put(SourceText(file, text), item, ("config",), lambda at: _lines(holder, value, at), flow)
            if edits:
                return edits
    return _in_code(project, model, holder, value)


def _in_code(
    project: Project, model: ModelNode, holder: str, value: Mapping[str, object]
) -> tuple[Edit, ...]:
    text = project.text(model.file.file)
    if text is None or model.facts.problem is not None:
        return ()
    python = model.language == "python"
    source = SourceText(model.file.file, text)
    quote = '"' if python else "'"
    argument = f"{holder}={_code(value, quote)}"
    if any(call.get(holder) is not None for call in model.facts.configs):
        return ()
    calls = [call for call in model.facts.configs if not call.conditional]
    if calls:
        return add_argument(source, calls[-1], argument)
    return () if python else add_call(source, argument)


def _block(value: object, key: Key, seconds: int) -> dict[str, object]:
    """The whole setting with another length; the rest of it stays in force."""
    count, period = _interval(seconds)
    before = value if isinstance(value, dict) else {}
    if key == "lag_tolerance":
        others = {name: part for name, part in before.items() if part is not None and name != key}
        return {**others, key: in_words(count, period)}
    rules = before.get(key)
    waits = rules.get("updates_on") if isinstance(rules, dict) else None
    return {key: {"count": count, "period": period, **({"updates_on": waits} if waits else {})}}


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_flow(part)}' for name, part in value.items())}}}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _lines(key: str, value: Mapping[str, object], column: int) -> str:
    inner = (f"\n{' ' * (column + 2)}{name}: {_flow(part)}" for name, part in value.items())
    return f"{key}:{''.join(inner)}"


def _code(value: object, quote: str) -> str:
    if isinstance(value, dict):
        pairs = (f"{quote}{name}{quote}: {_code(part, quote)}" for name, part in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, bool):
        return str(value) if quote == '"' else str(value).lower()
    return json.dumps(value).replace('"', quote) if isinstance(value, str) else str(value)


def _interval(seconds: int) -> tuple[int, str]:
    """Count and period: the largest that divides it."""
    if not seconds:
        return 0, "minute"
    return next((seconds // size, name) for name, size in _PERIODS if seconds % size == 0)


def _length(node: Node, key: Key) -> int | None:
    window = node.build_after if key == "build_after" else node.state.lag_tolerance
    return None if window is None else window.seconds


def _meant(node: Node, seconds: int | None, key: Key) -> Node:
    if key == "lag_tolerance":
        return replace(node, state=replace(node.state, lag_tolerance=Window(seconds, key=key)))
    return replace(node, build_after=Window(seconds, (node.build_after or NO_WINDOW).waits))


def _wrong(project: Project, pieces: Iterable[_Piece], meant: Mapping[str, Node], key: Key) -> frozenset[str]:
    """The models that would not be what is meant after these edits."""
    try:
        texts = {change.file: change.after.decode("utf-8-sig") for change in _changes(project, pieces)}
    except OverlapError:
        return frozenset(one for piece in pieces for one in piece.models)
    found = lineage_of(imagine(project, texts)).nodes if texts else meant
    if found is meant:
        return frozenset()
    return frozenset(
        one for one, node in meant.items() if one not in found or _plain(found[one]) != _plain(node)
    )


def _plain(node: Node) -> Node:
    """A node without the words about where its settings are from."""
    window, lag = node.build_after, node.state.lag_tolerance
    return replace(
        node,
        build_after=None if window is None else replace(window, words="", where=""),
        state=replace(node.state, lag_tolerance=None if lag is None else replace(lag, words="", where="")),
    )


def _changes(project: Project, pieces: Iterable[_Piece]) -> tuple[Change, ...]:
    by_file: dict[str, dict[Edit, None]] = {}
    for piece in pieces:
        for edit in piece.edits:
            by_file.setdefault(edit.file, {})[edit] = None
    found = []
    for file, edits in sorted(by_file.items()):
        path = _path(project, file)
        before = project.inputs.read(str(path))
        found.append(Change(file, path, before, edit_bytes(before, list(edits))))
    return tuple(found)
