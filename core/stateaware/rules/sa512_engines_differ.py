"""SA512: the engines that a project may run on do not agree on a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.config.engines import possible_engines
from stateaware.config.layers import Effective, Setting
from stateaware.config.profiles import DOCUMENTED, PROFILES
from stateaware.config.reader import FRESHNESS
from stateaware.config.sources import PAIR
from stateaware.explain.explanation import same_value
from stateaware.explain.words import value_words
from stateaware.findings import Finding, Related
from stateaware.records import dataclass, field
from stateaware.rules.base import Rule, Subject
from stateaware.rules.labels import label_of
from stateaware.rules.once import once_per_project
from stateaware.rules.other_engines import model_under, source_under
from stateaware.rules.portable import same_for_model, same_for_table, same_loaded_at
from stateaware.rules.spans_of_time import listed
from stateaware.rules.tables import key_place
from stateaware.rules.windows import own_models
from stateaware.syntax.tree import Expression, Mapping, Node, Scalar

if TYPE_CHECKING:
    from stateaware.config.profiles import EngineName
    from stateaware.graph.nodes import ModelNode, SourceNode
    from stateaware.workspace import Project

BLOCK_PATHS: Final = (f"{FRESHNESS}.warn_after", f"{FRESHNESS}.error_after", f"{FRESHNESS}.filter")
_TEXTS: Final = frozenset({f"{FRESHNESS}.filter", *PAIR})


@dataclass(frozen=True, slots=True)
class _Difference:
    """One key for which engines differ: what each has in force, and the nodes it is so for."""

    key: str
    values: tuple[tuple[str, Effective], ...]
    setting: Setting
    nodes: list[ModelNode | SourceNode] = field(default_factory=list)


class EnginesDiffer(Rule):
    """The engines that the project may run on do not have the same value in force.

    ## What it does
    Compares what dbt v2 and dbt Core make of the same files, for every node with a setting, and what the
    documentation says where that is the engine asked for. `require-dbt-version` tells which engines
    count: a range below 2 means dbt Core, from 2 on dbt v2, no range both. Differences that another rule
    explains (nulls, wrong values, half blocks, places that only one engine reads) are left to it.

    ## Why it matters
    The engines merge layers differently: between a source's levels, between a version and its model, and
    they address versions in dbt_project.yml by other names. Moving from one to the other then changes
    how fresh the data is, and nobody is told.

    ## Example
    dbt Core ignores a project's own `+loaded_at_field`, dbt v2 reads it:
    ```yaml
    # dbt_project.yml
    sources:
      shop:
        +loaded_at_field: _loaded_at
    ```

    ## How to fix
    Write the whole value at the level closest to the node, or say with `require-dbt-version` which
    engine you use.

    ## Engines
    Both; the finding tells what each does.
    """

    code = "SA512"
    name = "engines-differ"
    group = "meaning"
    severity = "warning"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every setting on whose value the engines differ, once; where they agree there is no item."""
        engines = _engines(project)
        if len(engines) < 2:
            return
        found: dict[object, _Difference] = {}
        for difference in _differences(project, engines):
            setting = difference.setting
            told = tuple(_words(difference, effective) for _, effective in difference.values)
            key = (difference.key, setting.file, setting.key.span, told)
            if key in found:
                found[key].nodes.extend(difference.nodes)
            else:
                found[key] = difference
        for difference in found.values():
            label, unique_id = label_of(project, difference.setting, difference.nodes)
            yield Subject(key_place(difference.setting, difference.key), label, unique_id, difference)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a difference."""
        difference = subject.data
        if not isinstance(difference, _Difference):
            return
        key = "build_after" if difference.key == FRESHNESS else difference.key.rpartition(".")[2]
        names = listed(node.label for node in difference.nodes)
        said: dict[str, list[str]] = {}
        for engine, effective in difference.values:
            said.setdefault(_words(difference, effective), []).append(engine)
        told = ", ".join(f"{words} {_by(engines)}" for words, engines in said.items())
        yield Finding(
            code=self.code,
            severity=self.severity,
            message=f"{key} of {names} is {told}",
            place=subject.place,
            node=subject.node,
            hint="write it so that all engines agree",
            related=tuple(_related(difference)),
        )


def _engines(project: Project) -> tuple[EngineName, ...]:
    """The engine asked for and those that the project may run on."""
    possible = possible_engines(project.project_file, project.profile)
    return tuple(dict.fromkeys((project.profile.name, *possible)))


def _differences(project: Project, engines: tuple[EngineName, ...]) -> Iterator[_Difference]:
    yield from _of_models(project, engines)
    hidden = _hides_loaded_at(project)
    under = _from_whole if hidden else source_under
    for table in project.sources.values():
        paths = _paths(table, hidden) if table.package.is_root else ()
        if not paths:
            continue
        by_engine = [(engine, under(project, table, engine)) for engine in engines]
        freshness = [setting for _, found in by_engine for setting in found[FRESHNESS].order]
        for path in paths:
            yield from _compared(path, [(e, found.get(path)) for e, found in by_engine], table, freshness)


def _paths(table: SourceNode, hidden: bool) -> tuple[str, ...]:
    """What may differ for a table; nothing where its settings are plain or another rule speaks of them."""
    if table.config is None or any(map(_is_explained, table.config.effective[FRESHNESS].order)):
        return ()
    layers = table.layers
    blocks = () if same_for_table(layers[FRESHNESS]) else BLOCK_PATHS
    field, query = (layers[key] for key in PAIR)
    both = all(any(found.strongest_first(root_on_top=True)) for found in (field, query))
    if both or (not hidden and same_loaded_at(field, query)):
        return blocks
    return (*blocks, *PAIR)


def _hides_loaded_at(project: Project) -> bool:
    """Whether the engine asked for drops a layer that others read: a loaded_at in dbt_project.yml."""
    return not project.profile.project_loaded_at and any(
        key in level.settings for level in project.source_trees[project.name].walk() for key in PAIR
    )


@once_per_project
def _by_fqn(project: Project) -> dict[tuple[str, ...], SourceNode]:
    return {node.fqn: node for node in project.sources.values()}


def _from_whole(project: Project, table: SourceNode, engine: EngineName) -> dict[str, Effective]:
    """The values of a table as the whole project under another engine has them."""
    found = _by_fqn(project.under(engine)).get(table.fqn)
    if found is None or found.config is None:
        return {FRESHNESS: Effective(FRESHNESS, None)}
    return found.config.effective


def _of_models(project: Project, engines: tuple[EngineName, ...]) -> Iterator[_Difference]:
    """Most models of a folder share its settings, and then what comes of them: they are compared once."""
    tree = any(FRESHNESS in level.settings for level in project.model_trees[project.name].walk())
    alike: dict[tuple[int, ...], list[_Difference]] = {}
    for model in own_models(project):
        settings = model.effective[FRESHNESS].order
        versioned = model.version is not None
        if not settings and not (versioned and tree):
            continue
        key = tuple(id(setting) for setting in settings)
        if not versioned and key not in alike and _needs_no_look(settings):
            alike[key] = []
        if not versioned and key in alike:
            for difference in alike[key]:
                difference.nodes.append(model)
            continue
        values = [(engine, _model_under(project, model, engine)) for engine in engines]
        found = list(_compared(FRESHNESS, values, model))
        if not versioned:
            alike[key] = found
        yield from found


def _needs_no_look(settings: tuple[Setting, ...]) -> bool:
    """Whether engines agree, or another rule tells why they do not."""
    return same_for_model(settings) or any(map(_is_explained, settings))


def _model_under(project: Project, model: ModelNode, engine: EngineName) -> Effective | None:
    """The value of a model under an engine; dbt Core does not read properties files like ``.models.yml``."""
    entry = model.entry
    if entry is None or not entry.file.path.rpartition("/")[2].startswith("."):
        return model_under(project, model, FRESHNESS, engine)
    found = project.under(engine).models.get(model.unique_id)
    return None if found is None else found.effective.get(FRESHNESS)


def _compared(
    key: str,
    values: list[tuple[EngineName, Effective | None]],
    node: ModelNode | SourceNode,
    freshness: Iterable[Setting] = (),
) -> Iterator[_Difference]:
    """The difference, if there is one that no other rule explains.

    ``freshness`` are all settings of ``freshness`` for a table: those that say nothing of a part, or hold
    a loaded_at, may be what makes the difference.
    """
    known = [(engine, found if found is not None else Effective(key, None)) for engine, found in values]
    first = known[0][1]
    if all(same_value(first, found) for _, found in known[1:]):
        return
    settings = [*freshness, *(setting for _, found in known for setting in found.order)]
    if any(found.unknown is not None for _, found in known) or any(map(_is_explained, settings)):
        return
    setting = next((found.winner for _, found in known if found.winner is not None), None)
    if setting is not None:
        yield _Difference(key, tuple(known), setting, [node])


def _is_explained(setting: Setting) -> bool:
    """Whether another rule speaks of a setting: a null, a wrong value, a place that few engines read."""
    return (
        setting.dropped
        or setting.layer.legacy
        or setting.block.presence != "set"
        or bool(setting.block.problems)
        or _is_plain_key(setting)
        or _is_odd(setting.block.tree)
    )


def _is_plain_key(setting: Setting) -> bool:
    in_tree = setting.layer.kind in ("models", "project", "folder", "file")
    return in_tree and not setting.key.text.startswith("+")


def _is_odd(node: Node) -> bool:
    """A null, an empty map or text, or half a threshold somewhere in a block."""
    if isinstance(node, Mapping):
        keys = {entry.key.text for entry in node.entries}
        half = len(keys & {"count", "period"}) == 1
        inside = not keys.isdisjoint(PAIR)
        return not keys or half or inside or any(_is_odd(entry.value) for entry in node.entries)
    if isinstance(node, Expression):
        return False
    return isinstance(node, Scalar) and node.style == "native" and node.native in (None, "")


def _words(difference: _Difference, effective: Effective) -> str:
    source = difference.key != FRESHNESS
    if effective.value in (None, ""):
        return "not set"
    words = value_words("source" if source else "model", difference.key, effective.value, short=True)
    return f"`{words}`" if difference.key in _TEXTS else words


def _by(engines: list[str]) -> str:
    """Who has a value: the engines, and the documentation where none of them agrees with it."""
    titles = [PROFILES[engine].title for engine in engines if engine != DOCUMENTED.name]
    return f"on {' and '.join(titles)}" if titles else "as documented"


def _related(difference: _Difference) -> Iterator[Related]:
    """Where the values of other engines come from, if from elsewhere."""
    seen = {(difference.setting.file, difference.setting.key.span)}
    for engine, effective in difference.values:
        winner = effective.winner
        if winner is None or (winner.file, winner.key.span) in seen:
            continue
        seen.add((winner.file, winner.key.span))
        yield Related(key_place(winner, difference.key), f"what {PROFILES[engine].title} uses")
