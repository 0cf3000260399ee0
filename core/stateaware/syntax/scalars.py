"""The value of a YAML scalar, under the two versions of YAML that dbt's engines read.

dbt v2 reads the core schema of YAML 1.2, with ``_`` and a sign allowed in integers; dbt Core reads
YAML 1.1 with PyYAML (``yes`` is true, ``010`` is 8, ``1:30`` is 90). Observed by running both.
"""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from stateaware.syntax.tree import Scalar

YamlVersion: TypeAlias = Literal["1.1", "1.2"]

_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_DECIMAL: Final = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)\Z")
_RADIX: Final = re.compile(r"[-+]?0(?:x[0-9a-fA-F_]+|o[0-7_]+|b[01_]+)\Z")
_FLOAT: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")
_LEADING_ZERO: Final = re.compile(r"[-+]?0[0-9]")
"""``010`` and ``010.5`` are text in dbt v2."""
_SPECIAL_FLOAT: Final = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_MAX_DIGITS: Final = 400
"""Longer numbers stay text: nothing in a freshness block is that long, and int() is quadratic."""


def scalar_value(scalar: Scalar, version: YamlVersion) -> object:
    """The Python value of a scalar; Jinja in it is plain text here.

    Dates stay strings in both versions: no freshness key takes one.
    """
    if scalar.style == "native":
        return scalar.native
    if scalar.tag is not None:
        return _tagged(scalar.text, scalar.tag)
    if scalar.style != "plain":
        return scalar.text
    return _plain_12(scalar.text) if version == "1.2" else _plain_11(scalar.text)


def _tagged(text: str, tag: str) -> object:
    try:
        if tag == "int":
            return int(text.replace("_", ""), 0)
        if tag == "float":
            return float(text)
    except ValueError:
        return text
    if tag == "bool":
        return _BOOLS.get(text, text)
    return None if tag == "null" else text


def _plain_12(text: str) -> object:
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if len(text) > _MAX_DIGITS:
        return text
    if _DECIMAL.match(text):
        return int(text)
    if _RADIX.match(text):
        try:
            return int(text.replace("_", ""), 0)
        except ValueError:
            return text
    if _SPECIAL_FLOAT.match(text):
        return float(text.replace(".", "").lower())
    return float(text) if _FLOAT.match(text) and not _LEADING_ZERO.match(text) else text


def _plain_11(text: str) -> object:
    import yaml

    if len(text) > _MAX_DIGITS:
        return text
    resolver = yaml.SafeLoader("")
    tag = resolver.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call] # stubs lack it
    if tag in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:str"):
        return text
    try:
        return resolver.construct_object(yaml.ScalarNode(tag, text))
    except (ValueError, yaml.YAMLError):
        return text
