"""SA403: a model has warn_after, error_after, filter or loaded_at, which only sources can have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.config.project_tree import TreeLevel
from stateaware.findings import Finding, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import BAD_VALUE, UNKNOWN_KEY, engine_codes, severity
from stateaware.rules.homes import Found, our_keys
from stateaware.rules.moves import remove_from_block, remove_key
from stateaware.rules.tree_places import place_in_tree
from stateaware.syntax.tree import Mapping, Node

if TYPE_CHECKING:
    from stateaware.workspace import Project

IN_BLOCK: Final = ("warn_after", "error_after", "filter", "loaded_at_field", "loaded_at_query")
BESIDE: Final = ("warn_after", "error_after", "loaded_at_field", "loaded_at_query")


class SourceKeyOnModel(Rule):
    """A model has `warn_after`, `error_after`, `filter` or `loaded_at_…`, which only sources can have.

    ## What it does
    Reports these keys in a model's `freshness` and in its `config`: in properties files, in `config()`
    and under `models:` in dbt_project.yml.

    ## Why it matters
    A model's `freshness` has one key, `build_after`. The others describe how late a source may be; on a
    model nothing reads them, and nobody is warned.

    ## Example
    ```yaml
    models:
      - name: orders
        config:
          freshness:
            warn_after: {count: 4, period: hour}
    ```

    ## How to fix
    Remove it, or move it to the source that the model reads. How often the model is built is said by
    `build_after`. Removing it is offered as an unsafe fix in YAML, where more than that stands in the
    block; an empty block would say something of its own.

    ## Engines
    All. dbt v2 reports an unknown key (dbt1060) and ignores it; dbt Core ignores it without a word, so
    there it is a warning.
    """

    code = "SA403"
    name = "source-key-on-model"
    group = "places"
    severity = "error"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every `freshness` of a model, each wrong key in one, and each wrong key beside one."""
        for written in project.written:
            if written.package.is_root and written.resource == "model" and written.key == "freshness":
                file, node = written.setting.file, written.setting.node
                wrong = (
                    [e for e in node.entries if e.key.text in IN_BLOCK] if isinstance(node, Mapping) else []
                )
                for entry in wrong:
                    data = (entry, node)
                    yield Subject(Place(file, entry.key.span), written.label, written.node, data)
                if not wrong:
                    yield Subject(Place(file, written.setting.key.span), written.label, written.node)
        yield from _beside_in_properties(project)
        yield from _beside_in_code(project)
        yield from _beside_in_tree(project)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each wrong key."""
        if not isinstance(subject.data, tuple):
            return
        entry, holder = subject.data
        key = entry.key.text
        name = key.removeprefix("+")
        what = "a model" if subject.label.startswith("models") else f"model `{subject.label}`"
        yield Finding(
            code=self.code,
            severity=severity(project, "error", "error", "warning"),
            message=f"{what} cannot have `{name}`, which only sources have",
            place=subject.place,
            node=subject.node,
            hint="a model's `freshness` has `build_after` only",
            notes=on_engines(
                project, "reports an unknown key and ignores it (dbt1060)", "ignores it in silence"
            ),
            fixes=remove_key(project, holder, safe=False)
            if isinstance(holder, Found)
            else remove_from_block(project, subject.place.file, holder, entry),
            engine_codes=engine_codes(project, BAD_VALUE if key.startswith("+") else UNKNOWN_KEY),
        )


def _beside_in_properties(project: Project) -> Iterator[Subject]:
    for found in our_keys(project):
        home = found.home
        if home.of_model and found.key in BESIDE:
            yield Subject(
                Place(home.file, found.written.key.span), home.label, home.unique_id, (found.written, found)
            )


def _beside_in_code(project: Project) -> Iterator[Subject]:
    for unique_id, model in project.models.items():
        if not model.package.is_root or model.code.quiet:
            continue
        for call in () if model.code.quiet else model.facts.configs:
            for entry in call.arguments:
                if entry.key.text in BESIDE:
                    yield Subject(
                        Place(model.file.file, entry.key.span), model.name, unique_id, (entry, None)
                    )


def _beside_in_tree(project: Project) -> Iterator[Subject]:
    tree = project.model_trees[project.name]
    root = project.project_file.node("models")
    for level in tree.walk():
        node = _map_of(level, root)
        if node is None or (level.path and level.path[-1].startswith("+")):
            continue
        for entry in node.entries:
            if entry.key.text[:1] == "+" and entry.key.text[1:] in BESIDE:
                label = ".".join(("models", *level.path))
                yield Subject(place_in_tree(entry, project), label, None, (entry, node))


def _map_of(level: TreeLevel, root: Node | None) -> Mapping | None:
    node = root if level.entry is None else level.entry.value
    return node if isinstance(node, Mapping) else None
