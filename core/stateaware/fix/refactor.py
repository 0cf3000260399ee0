"""What the refactorings share: what they come to, and the proof that values stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from stateaware.config.layers import Setting
from stateaware.findings import Edit
from stateaware.fix.edits import OverlapError, apply_edits
from stateaware.fix.imagine import imagine
from stateaware.graph.nodes import ModelNode
from stateaware.records import dataclass
from stateaware.text.span import Span
from stateaware.workspace import Project

KEYS: Final = ("freshness", "state")
_WRONG: Final = "?"


@dataclass(frozen=True, slots=True)
class Refactoring:
    """Edits, maybe of several files, that keep the effective value of every node.

    Unless the title tells of others: ``changed`` are the unique_ids of those whose value is another
    afterwards.
    """

    title: str
    edits: tuple[Edit, ...]
    changed: tuple[str, ...] = ()


def settings_at(project: Project, file: str, span: Span) -> Iterator[tuple[ModelNode, Setting]]:
    """The readable settings of single models that meet a range of a file, in properties or code."""
    for model in project.models.values():
        if not model.package.is_root or model.version_label:
            continue
        for key in KEYS:
            layers = model.layers.get(key)
            for setting in (*layers.properties, *layers.code) if layers is not None else ():
                meets = setting.span[:2] <= span[2:] and span[:2] <= setting.span[2:]
                if setting.file == file and meets and setting.block.presence in ("set", "null"):
                    yield model, setting


def key_of(setting: Setting) -> str:
    """``freshness`` or ``state``."""
    return setting.key.text.removeprefix("+")


def changed_by(project: Project, edits: Iterable[Edit]) -> tuple[str, ...] | None:
    """The nodes whose values would be others after some edits.

    None where the edits cannot be applied, or something would be wrong that is not now: a node is
    gone, or a value that cannot be told.
    """
    by_file: dict[str, list[Edit]] = {}
    for edit in edits:
        by_file.setdefault(edit.file, []).append(edit)
    try:
        texts = {file: apply_edits(project.text(file) or "", mine) for file, mine in by_file.items()}
    except OverlapError:
        return None
    before, after = _values(project), _values(imagine(project, texts))
    wrong = any(
        after.get(name, _WRONG).startswith(_WRONG) and after.get(name) != before[name] for name in before
    )
    if wrong:
        return None
    return tuple(name for name, value in before.items() if after[name] != value)


def _values(project: Project) -> dict[str, str]:
    values = {
        name: repr(source.config.values) if source.config is not None else ""
        for name, source in project.sources.items()
    }
    for name, model in project.models.items():
        effective = {key: model.effective[key] for key in KEYS if key in model.effective}
        unsure = model.rejected or any(found.unknown is not None for found in effective.values())
        said = repr({key: found.value for key, found in effective.items()})
        values[name] = f"{_WRONG if unsure else ''}{said}"
    return values
