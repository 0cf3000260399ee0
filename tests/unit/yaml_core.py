"""YAML as dbt v2 reads it: the core scalars of YAML 1.2, merge keys, the last of duplicate keys.

Written apart from the product's own reader, so that the tests of the schemas do not lean on it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)")
_BASED = re.compile(r"[-+]?0(?:x[0-9a-fA-F_]+|o[0-7_]+|b[01_]+)")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_INT_TAG = "tag:yaml.org,2002:int"
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")


class CoreLoader(yaml.SafeLoader):
    """PyYAML's loader without its YAML 1.1 scalars."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def construct_core(self, node: yaml.Node) -> Any:
        """A scalar without a known tag, typed by its text when it is plain."""
        if isinstance(node, yaml.MappingNode):
            return self.construct_mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return self.construct_sequence(node, deep=True)
        assert isinstance(node, yaml.ScalarNode)
        text = str(node.value)
        return typed(text) if not node.style or node.tag == _INT_TAG else text

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A map whose keys are text."""
        self.flatten_mapping(node)
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


CoreLoader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile("^<<$"), ["<"])
for _tag in ("tag:yaml.org,2002:str", "tag:yaml.org,2002:map", _INT_TAG, None):
    CoreLoader.add_constructor(_tag, CoreLoader.construct_core)


def typed(text: str) -> Any:
    """The value of a plain scalar."""
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text.lower() == "true"
    if _INT.fullmatch(text) or _BASED.fullmatch(text):
        return int(text.replace("_", ""), 0)
    if _FLOAT.fullmatch(text) and not _LEADING_ZERO.fullmatch(text):
        return float(text.replace(".inf", "inf").replace(".nan", "nan"))
    return text


def load(path: Path) -> Any:
    """The one document of a file; raises ``yaml.YAMLError`` where there is none."""
    return yaml.load(path.read_text(encoding="utf-8-sig"), CoreLoader)
