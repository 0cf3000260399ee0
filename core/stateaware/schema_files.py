"""The JSON Schemas that the package ships: find them, read them, make them stand alone.

They lie in ``schemas/`` at the top of a checkout and in ``stateaware/schemas`` of an installed
package. On disk one schema may point into another (``freshness.schema.json#/definitions/count``),
so that every description is written once; :func:`bundle_schema` gives the form that needs no other
file, for editors and for validators.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from importlib.abc import Traversable

Schema: TypeAlias = dict[str, Any]

_SUFFIX: Final = ".schema.json"
_POINTER: Final = "#/definitions/"


class UnknownSchemaError(LookupError):
    """There is no schema of that name; ``known`` lists those there are."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no schema `{name}`; there are {', '.join(known)}")
        self.name = name
        self.known = known


def schema_names() -> tuple[str, ...]:
    """The names of all schemas, sorted: ``freshness``, ``properties`` and so on."""
    names = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name[: -len(_SUFFIX)] for name in names if name.endswith(_SUFFIX)))


def read_schema(name: str) -> Schema:
    """The schema ``name`` as it is on disk, with its pointers into other files.

    Raises:
        UnknownSchemaError: there is none of that name.
    """
    known = schema_names()
    if name not in known:
        raise UnknownSchemaError(name, known)
    text = (_folder() / f"{name}{_SUFFIX}").read_text(encoding="utf-8")
    schema: Schema = json.loads(text)
    return schema


def bundle_schema(name: str) -> Schema:
    """The schema ``name`` with every definition it uses, from whatever file, in its own ``definitions``.

    Definitions keep their names: these are unique over all files (a test sees to it). Pointers of
    another kind than ``FILE#/definitions/NAME`` stay as they are.

    Raises:
        UnknownSchemaError: there is none of that name.
    """
    read = {name: read_schema(name)}
    bundled: Schema = {}

    def copy(value: Any, home: str) -> Any:
        if isinstance(value, list):
            return [copy(item, home) for item in value]
        if not isinstance(value, dict):
            return value
        return {key: adopt(item, home) if key == "$ref" else copy(item, home) for key, item in value.items()}

    def adopt(pointer: str, home: str) -> str:
        file, mark, definition = pointer.partition(_POINTER)
        if not mark:
            return pointer
        source = file[: -len(_SUFFIX)] if file else home
        if source not in read:
            read[source] = read_schema(source)
        if definition not in bundled:
            bundled[definition] = None  # a place in the order, and an end to recursion
            bundled[definition] = copy(read[source]["definitions"][definition], source)
        return _POINTER + definition

    body = {key: value for key, value in read[name].items() if key != "definitions"}
    body = copy(body, name)
    return {**body, "definitions": bundled} if bundled else body


def _folder() -> Traversable | Path:
    packaged = files("stateaware") / "schemas"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "schemas"
