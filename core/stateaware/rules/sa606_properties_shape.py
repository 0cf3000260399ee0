"""SA606: a list, a name or a config of a properties file has the wrong shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.facts.load import PropertiesFacts
from stateaware.findings import Finding, Place
from stateaware.graph.build import SECTIONS
from stateaware.records import dataclass
from stateaware.rules.base import Rule, Subject
from stateaware.rules.consequences import matters
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import BAD_VALUE, engine_codes, severity
from stateaware.syntax.tree import Entry, Mapping, Node, Scalar, Sequence
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project

PARSING: Final = "ParsingError"
DICT: Final = "YamlParseDictError"
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_START: Final = Span.at(1, 1)


@dataclass(frozen=True, slots=True)
class _Shape:
    """One thing of the wrong shape; dbt v2 takes it where ``null`` is set."""

    message: str
    span: Span
    core: str
    null: bool = False


class PropertiesShape(Rule):
    """A list, a name or a `config` of a properties file has the wrong shape.

    ## What it does
    Reports `models:`, `sources:` and the like that are no list, items of them that are no map or have no
    name, a `config` that is no map, and the same for `versions` and `tables`.

    ## Why it matters
    dbt stops, or reads nothing of what is meant.

    ## Example
    ```yaml
    models:
      orders:
        config: {freshness: {build_after: {count: 4, period: hour}}}
    ```

    ## How to fix
    ```yaml
    models:
      - name: orders
        config: {freshness: {build_after: {count: 4, period: hour}}}
    ```

    ## Engines
    dbt v2: dbt1013. dbt Core: ParsingError or YamlParseDictError. An empty `models:` or `config:` is fine
    for dbt v2 and stops dbt Core, so it is a warning unless dbt Core is the engine.
    """

    code = "SA606"
    name = "properties-shape"
    group = "syntax"
    severity = "error"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every properties file that was read, and each thing of the wrong shape in one."""
        for facts in project.properties:
            if facts.tree is None or not facts.package.is_root:
                continue
            found = list(_shapes(facts))
            for shape in found:
                yield Subject(Place(facts.file.file, shape.span), "shape", None, shape)
            if not found:
                yield Subject(Place(facts.file.file, _START), "shape")

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each."""
        shape = subject.data
        if not isinstance(shape, _Shape) or (shape.null and not matters(project, "core")):
            return
        empty = shape.null
        yield Finding(
            code=self.code,
            severity=severity(project, "warning", "warning", "error") if empty else "error",
            message=shape.message,
            place=subject.place,
            notes=on_engines(
                project,
                "takes it as empty" if empty else "cannot read it (dbt1013)",
                f"stops here ({shape.core})",
            ),
            engine_codes=engine_codes(project, "" if empty else BAD_VALUE, shape.core),
        )


def _shapes(facts: PropertiesFacts) -> Iterator[_Shape]:
    for section in facts.tree.entries if facts.tree is not None else ():
        if section.key.text in SECTIONS:
            yield from _section(section)


def _section(section: Entry) -> Iterator[_Shape]:
    key, value = section.key.text, section.value
    if not isinstance(value, Sequence):
        null = _is_null(value)
        message = f"`{key}` is empty" if null else f"`{key}` must be a list of items with a `name` each"
        span = section.key.span if null else value.span
        yield _Shape(message, span, PARSING, null)
        return
    for item in value.items:
        if isinstance(item, Mapping) and len(item.entries) == 1 and _has_name(item.entries[0]):
            continue  # most often all that was read of an item
        if not isinstance(item, Mapping):
            yield _Shape(f"an item of `{key}` must be a map with a `name`", item.span, PARSING)
            continue
        yield from _item(item, key, PARSING)
        for inner in item.entries if key in ("models", "sources") else ():
            if inner.key.text in ("versions", "tables") and not _is_null(inner.value):
                yield from _inner(inner)


def _has_name(entry: Entry) -> bool:
    return entry.key.text == "name" and isinstance(entry.value, Scalar) and not _is_null(entry.value)


def _inner(entry: Entry) -> Iterator[_Shape]:
    key, value = entry.key.text, entry.value
    if not isinstance(value, Sequence):
        yield _Shape(f"`{key}` must be a list", value.span, DICT)
        return
    for item in value.items:
        if isinstance(item, Mapping) and len(item.entries) == 1 and _has_name(item.entries[0]):
            continue  # most often all that was read of an item
        if not isinstance(item, Mapping):
            yield _Shape(f"an item of `{key}` must be a map", item.span, DICT)
        else:
            yield from _item(item, key, DICT)


def _item(item: Mapping, key: str, core: str) -> Iterator[_Shape]:
    required = "v" if key == "versions" else "name"
    name = item.get(required)
    if name is None:
        yield _Shape(f"an item of `{key}` has no `{required}`", item.span, core)
    elif not isinstance(name.value, Scalar) or (required == "name" and _is_null(name.value)):
        yield _Shape(f"the `{required}` of an item of `{key}` must be text", name.value.span, DICT)
    config = item.get("config")
    if config is not None and not isinstance(config.value, Mapping) and not _is_jinja(config.value):
        null = _is_null(config.value)
        message = "`config` is empty" if null else "`config` must be a map"
        yield _Shape(message, config.key.span if null else config.value.span, DICT, null)


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.style == "plain" and node.text in _NULLS


def _is_jinja(node: Node) -> bool:
    return isinstance(node, Scalar) and "{{" in node.text
