"""SA801: a key of dbt_project.yml's trees is read as a path and holds a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.findings import Edit, Finding, Fix, Place
from stateaware.records import dataclass
from stateaware.rules.base import Rule, Subject
from stateaware.rules.dbt_keys import TREE_KEYS, TREE_OF
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import BAD_VALUE, UNKNOWN_KEY, engine_codes, severity
from stateaware.rules.homes import OUR_KEYS
from stateaware.rules.key_maps import first_leaf
from stateaware.rules.keys import KeyPlace, key_mistake
from stateaware.rules.tree_places import is_setting
from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Entry, Mapping, Scalar
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project

_PLACES: Final[dict[str, KeyPlace]] = {"models": "model tree", "sources": "source tree"}


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A value below a path. ``known``: with a ``+`` the key would be a configuration."""

    entry: Entry
    tree: str
    null: bool
    known: bool


class PathValue(Rule):
    """A key of dbt_project.yml is read as a path by dbt v2, and holds a value.

    ## What it does
    Reports text, numbers, lists and nulls below `models:`, `seeds:` and the other trees whose key has no
    `+`, or one that is no configuration of that resource.

    ## Why it matters
    dbt v2 knows configurations by their `+`. Without it `materialized: table` is a folder, and the value
    is dropped with an error. dbt Core takes it as a configuration.

    ## Example
    ```yaml
    models:
      jaffle_shop:
        materialized: table
    ```

    ## How to fix
    `+materialized: table`

    ## Engines
    dbt v2: dbt1013, for a null only a warning (dbt1060). dbt Core has nothing against it.
    """

    code = "SA801"
    name = "path-value"
    group = "dbt-compat"
    severity = "warning"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every value below a path, in all trees."""
        if project.profile.name == "core":
            return
        for key, tree in TREE_OF.items():
            node = project.project_file.mapping(key)
            if node is None:
                continue
            seen: set[Span] = set()
            for leaf, path in _leaves(node, tree, (key,)):
                if leaf.entry.value.span not in seen:
                    seen.add(leaf.entry.value.span)
                    place = Place(project.project_file.file, leaf.entry.value.span)
                    yield Subject(place, ".".join(path), None, leaf)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """Always one finding."""
        leaf = subject.data
        if not isinstance(leaf, _Leaf):
            return
        key = leaf.entry.key.text
        level = severity(project, "warning", "warning" if leaf.null else "error", "info")
        plain = key.removeprefix("+")
        message = f"dbt v2 reads `{key}` as a folder, and a folder has no value"
        if key.startswith("+"):
            message = f"dbt v2 knows no configuration `{key}` of {leaf.tree}"
        yield Finding(
            code=self.code,
            severity=level,
            message=message,
            place=subject.place,
            hint=f"write `+{plain}`" if leaf.known else "",
            notes=on_engines(project, core="takes it as a configuration"),
            fixes=_fixes(leaf, subject.place.file),
            engine_codes=engine_codes(project, UNKNOWN_KEY if leaf.null else BAD_VALUE),
        )


def _leaves(
    node: Mapping, tree: str, path: tuple[str, ...], of_others: bool = False
) -> Iterator[tuple[_Leaf, tuple[str, ...]]]:
    """The values below a map; without the one by which another rule tells of a key of ours."""
    for entry in node.entries:
        key = entry.key.text
        if key.startswith("+") and key[1:] in TREE_KEYS[tree]:
            continue
        here = (*path, key)
        ours = not of_others and _is_ours(entry, tree)
        told = first_leaf(entry) if ours else None
        if isinstance(entry.value, Mapping):
            for leaf, at in _leaves(entry.value, tree, here, of_others or ours):
                if leaf.entry.value.span != told:
                    yield leaf, at
        elif entry.value.span != told:
            known = not key.startswith("+") and key in TREE_KEYS[tree]
            yield _Leaf(entry, tree, _is_null(entry), known), here


def _is_ours(entry: Entry, tree: str) -> bool:
    """Whether another rule tells of a key, at the first value below it."""
    place = _PLACES.get(tree)
    if place is not None and key_mistake(place, entry.key.text, entry.value) is not None:
        return True
    if place is None:
        return is_setting(entry, OUR_KEYS)
    return entry.key.text.startswith("+") and entry.key.text[1:] in OUR_KEYS


def _is_null(entry: Entry) -> bool:
    return isinstance(entry.value, Scalar) and scalar_value(entry.value, "1.2") is None


def _fixes(leaf: _Leaf, file: str) -> tuple[Fix, ...]:
    """Put the ``+`` before a known key; dbt Core reads both alike."""
    key = leaf.entry.key
    if not leaf.known or leaf.entry.merged or key.style != "plain":
        return ()
    start = Span.at(key.span.line, key.span.column)
    return (Fix(f"Write `+{key.text}`", (Edit(file, start, "+"),)),)
