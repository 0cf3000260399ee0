"""selectors.yml: selections with names."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as AnyMapping
from pathlib import Path
from typing import Final, NoReturn

from stateaware.errors import SelectionError, suggest
from stateaware.records import dataclass, field
from stateaware.select.criterion import (
    METHODS,
    UNLIMITED,
    Criterion,
    Group,
    Spec,
    find_named,
    parse_criterion,
    read_indirect,
    split_method,
)
from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Mapping, Node, Scalar, Sequence
from stateaware.syntax.yaml import parse_yaml
from stateaware.text.source import decode

SELECTORS_FILE: Final = "selectors.yml"

_KEYS: Final = (
    "method",
    "value",
    "parents",
    "parents_depth",
    "children",
    "children_depth",
    "childrens_parents",
    "indirect_selection",
    "exclude",
)


@dataclass(frozen=True, slots=True)
class Selectors:
    """The selectors of a project by name, and the name of the one that holds where nothing is asked for."""

    specs: AnyMapping[str, Spec] = field(default_factory=dict)
    default: str = ""

    def named(self, name: str) -> Spec:
        """What a selector stands for.

        Raises:
            SelectionError: there is none of that name.
        """
        if name not in self.specs and not self.specs:
            raise SelectionError(
                f"there is no selector `{name}`", f"{SELECTORS_FILE} is missing or names no selector."
            )
        return find_named(name, self.specs)


def load_selectors(root: Path, render: Callable[[str], object] | None = None) -> Selectors:
    """The selectors of the project in a folder; none where it has no selectors.yml.

    Raises:
        SelectionError: the file cannot be read, or something in it is wrong.
    """
    try:
        data = (root / SELECTORS_FILE).read_bytes()
    except FileNotFoundError:
        return Selectors()
    except OSError as error:
        raise SelectionError(f"{SELECTORS_FILE} cannot be read: {error.strerror}") from error
    try:
        text = decode(data)
    except UnicodeDecodeError as error:
        raise SelectionError(f"{SELECTORS_FILE} is not UTF-8", "Save it as UTF-8.") from error
    return read_selectors(text, render)


def read_selectors(
    text: str, render: Callable[[str], object] | None = None, file: str = SELECTORS_FILE
) -> Selectors:
    """The selectors of the text of a selectors.yml, which messages call ``file``.

    ``render`` gives the value of a text with Jinja; without it such a text is an error, since what it
    selects is not known.

    Raises:
        SelectionError: something in it is wrong; the message has the line.
    """
    return _Reader(render, file).read(text)


class _Reader:
    """Reads one file. A selector can name those above it."""

    def __init__(self, render: Callable[[str], object] | None, file: str) -> None:
        self.render = render
        self.file = file
        self.specs: dict[str, Spec] = {}
        self.default = ""

    def read(self, text: str) -> Selectors:
        document = parse_yaml(text)
        if document.problem is not None:
            span = document.problem.span
            raise SelectionError(f"{self.file}:{span.line}: {document.problem.message}")
        root = document.root
        listed = root.value("selectors") if isinstance(root, Mapping) else None
        if root is not None and not isinstance(listed, Sequence):
            self.fail(root, "it must be a map with a list `selectors`")
        for item in listed.items if isinstance(listed, Sequence) else ():
            self.selector(item)
        return Selectors(self.specs, self.default)

    def selector(self, item: Node) -> None:
        name = self.text(item, "name")
        definition = item.value("definition") if isinstance(item, Mapping) else None
        if not name or definition is None or not isinstance(item, Mapping):
            self.fail(item, "a selector needs `name` and `definition`")
        if isinstance(definition, Sequence):
            self.fail(definition, "`definition` must not be a list", "Put the list under `union:`.")
        sets = {"union", "intersection"}
        if isinstance(definition, Mapping) and len(definition.entries) > 1:
            both = [entry.key.text for entry in definition.entries if entry.key.text in sets]
            if both:
                self.fail(definition, f"nothing can stand beside `{both[0]}` at the top of a definition")
        if self.value(item.value("default")) is True:
            if self.default and self.default != name:
                self.fail(item, f"`{self.default}` has `default: true` too", "Only one selector can have it.")
            self.default = name
        self.specs[name] = self.definition(definition)

    def definition(self, node: Node) -> Spec:
        """One definition, at the top or within another one."""
        if isinstance(node, Mapping):
            if node.get("union") is not None:
                return self.combined("union", node)
            if node.get("intersection") is not None:
                return self.combined("intersection", node)
            return self.method(node)
        value = self.value(node)
        if not isinstance(value, str):
            self.fail(node, "a definition is text or a map")
        try:
            return parse_criterion(value, self.specs)
        except SelectionError as error:
            self.fail(node, error.message, error.remedy)

    def combined(self, kind: str, node: Mapping) -> Spec:
        parts, excluded = [], None
        for item in self.items(node, kind):
            if isinstance(item, Mapping) and item.get("exclude") is not None:
                if excluded is not None:
                    self.fail(item, f"a second `exclude` in one `{kind}`", "Put all into one `exclude`.")
                excluded = self.excluded(item)
            else:
                parts.append(self.definition(item))
        group = Group("union" if kind == "union" else "intersection", tuple(parts))
        return group if excluded is None else Group("difference", (group, excluded))

    def excluded(self, node: Mapping) -> Spec:
        return Group("union", tuple(self.definition(item) for item in self.items(node, "exclude")))

    def method(self, node: Mapping) -> Spec:
        """``{method: tag, value: x, …}``, or for short ``{tag: x}``."""
        if len(node.entries) == 1:
            entry = node.entries[0]
            name, value = entry.key.text, self.value(entry.value)
        else:
            name = self.text(node, "method")
            if not name or node.get("value") is None:
                self.fail(node, "a definition of several keys needs `method` and `value`")
            value = self.value(node.value("value"))
        where = self.place(node)
        if name == "selector":
            return find_named(str(value), self.specs, where)
        if len(node.entries) == 1 and name in _KEYS:
            self.fail(node, f"`{name}` alone selects nothing", "Write `method` and `value`.")
        criterion = self.criterion(node, name, value)
        return Group("difference", (criterion, self.excluded(node))) if node.get("exclude") else criterion

    def criterion(self, node: Mapping, name: str, value: object) -> Criterion:
        if name.split(".")[0] not in METHODS:
            otherwise = f"The methods are {', '.join(METHODS)}."
            self.fail(node, f"there is no selection method `{name}`", suggest(name, METHODS, otherwise))
        method, arguments = split_method(name, name)
        family, children = self.truth(node, "childrens_parents"), self.depth(node, "children")
        if family and children:
            self.fail(node, "`childrens_parents` and `children` exclude one another")
        indirect = node.value("indirect_selection")
        mode = None if indirect is None else read_indirect(self.value(indirect), self.place(indirect)[:-2])
        parents = self.depth(node, "parents")
        return Criterion(f"{name}:{value}", method, arguments, value, parents, children, family, mode)

    def depth(self, node: Mapping, key: str) -> int:
        """Steps up or down: none without the key itself; all where no depth is given, or as in dbt 0."""
        if not self.truth(node, key):
            return 0
        written = self.value(node.value(f"{key}_depth"))
        if written is None or written == "":
            return UNLIMITED
        if isinstance(written, str) and written.isdecimal():
            return int(written[:9])
        if isinstance(written, bool) or not isinstance(written, int) or written < 0:
            self.fail(node, f"`{key}_depth` must be a number of steps")
        return written or UNLIMITED

    def truth(self, node: Mapping, key: str) -> bool:
        return bool(self.value(node.value(key)))

    def items(self, node: Mapping, key: str) -> tuple[Node, ...]:
        value = node.value(key)
        if not isinstance(value, Sequence):
            self.fail(node, f"`{key}` must be a list")
        return value.items

    def text(self, node: Node, key: str) -> str:
        value = self.value(node.value(key)) if isinstance(node, Mapping) else None
        return value if isinstance(value, str) else ""

    def value(self, node: Node | None) -> object:
        """The value of a scalar as dbt Core reads it; None for anything else."""
        if not isinstance(node, Scalar):
            return None
        value = scalar_value(node, "1.1")
        if not isinstance(value, str) or ("{{" not in value and "{%" not in value):
            return value
        if self.render is None:
            self.fail(node, "what this Jinja gives is not known here", "Write the value itself.")
        return self.render(value)

    def place(self, node: Node) -> str:
        return f"{self.file}:{node.span.line}: "

    def fail(self, node: Node, message: str, remedy: str = "") -> NoReturn:
        raise SelectionError(self.place(node) + message, remedy)
