"""What a key or a value means, in the words of the JSON Schemas: hovers and completions show the same.

The schemas hold each text once, in Markdown with links and without; here it is only looked up.
"""

from __future__ import annotations

from functools import cache
from typing import Final, Literal, TypeAlias

from stateaware.config.reader import FRESHNESS, LOADED_AT_FIELD, LOADED_AT_QUERY, STATE
from stateaware.schema_files import Schema, read_schema

Resource: TypeAlias = Literal["model", "source"]

_ROOTS: Final = {
    ("model", FRESHNESS): ("freshness", "modelFreshness"),
    ("model", STATE): ("state", "modelState"),
    ("source", FRESHNESS): ("sources", "sourceFreshness"),
    ("source", LOADED_AT_FIELD): ("sources", "loadedAtField"),
    ("source", LOADED_AT_QUERY): ("sources", "loadedAtQuery"),
    ("source", f"+{LOADED_AT_FIELD}"): ("dbt_project", "projectLoadedAtField"),
    ("source", f"+{LOADED_AT_QUERY}"): ("dbt_project", "projectLoadedAtQuery"),
}
_SUFFIX: Final = ".schema.json"
_POINTER: Final = "#/definitions/"


def key_documentation(path: tuple[str, ...], resource: Resource, *, markdown: bool = True) -> str | None:
    """What a key is for; None for keys that are not ours.

    Args:
        path: the keys from the setting down: ``("freshness", "build_after", "count")``, for
            dbt_project.yml with its ``+``.
        resource: whose configuration it is.
        markdown: with links and code marks, else plain text.
    """
    found = _definition(path, resource)
    return None if found is None else _text(found[1], "markdownDescription", "description", markdown)


def value_documentation(
    path: tuple[str, ...], value: str | None, resource: Resource, *, markdown: bool = True
) -> str | None:
    """What one of the words that a key takes means; None where there is nothing to say about it.

    ``path`` is as for `key_documentation`; a ``value`` of None is a written null.
    """
    found = _definition(path, resource)
    if found is None:
        return None
    for choice in (found[1], *found[1].get("anyOf", ())):
        texts = choice.get("markdownEnumDescriptions" if markdown else "enumDescriptions")
        texts = texts or choice.get("markdownEnumDescriptions", ())
        for word, text in zip(choice.get("enum", ()), texts, strict=False):
            if word == value:
                return str(text) or None
    return None


def key_values(path: tuple[str, ...], resource: Resource) -> tuple[str, ...]:
    """The words that a key takes, in the order of the schema; none where it takes others."""
    found = _definition(path, resource)
    choices = () if found is None else (found[1], *found[1].get("anyOf", ()))
    return tuple(word for choice in choices for word in choice.get("enum", ()) if word is not None)


def _text(definition: Schema, rich: str, plain: str, markdown: bool) -> str | None:
    text = definition.get(rich if markdown else plain) or definition.get(plain)
    return str(text) if text else None


@cache
def _definition(path: tuple[str, ...], resource: Resource) -> tuple[str, Schema] | None:
    """The definition of a key and the schema that it stands in."""
    if not path:
        return None
    root = _ROOTS.get((resource, path[0])) or _ROOTS.get((resource, path[0].removeprefix("+")))
    if root is None:
        return None
    name, definition = root[0], _schema(root[0])["definitions"][root[1]]
    for key in path[1:]:
        below = _below(name, definition, key)
        if below is None:
            return None
        name, definition = below
    return name, definition


def _below(name: str, definition: Schema, key: str) -> tuple[str, Schema] | None:
    pointer = definition.get("properties", {}).get(key, {}).get("$ref")
    if pointer is not None:
        return _follow(name, pointer)
    for part in (*definition.get("allOf", ()), *definition.get("anyOf", ())):
        home, inner = _follow(name, part["$ref"]) if "$ref" in part else (name, part)
        found = _below(home, inner, key)
        if found is not None:
            return found
    return None


def _follow(name: str, pointer: str) -> tuple[str, Schema]:
    file, _, definition = pointer.partition(_POINTER)
    home = file[: -len(_SUFFIX)] if file else name
    return home, _schema(home)["definitions"][definition]


@cache
def _schema(name: str) -> Schema:
    return read_schema(name)
