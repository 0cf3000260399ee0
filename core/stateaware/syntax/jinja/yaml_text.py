"""YAML inside a template: ``fromyaml()``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from stateaware.syntax.scalars import YamlVersion, scalar_value
from stateaware.syntax.tree import NOWHERE, Scalar, Style

if TYPE_CHECKING:
    from stateaware.syntax.jinja.limits import Meter


def load_yaml(text: str, version: YamlVersion, meter: Meter) -> object:
    """Plain data of a YAML text; what aliases repeat is paid for each time.

    Raises:
        yaml.YAMLError: it is no YAML.
    """
    # the reader in Python, since the one in C recurses without a limit
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    return None if root is None else _value(root, version, meter)


def _value(node: yaml.Node, version: YamlVersion, meter: Meter) -> object:
    meter.charge()
    if isinstance(node, yaml.MappingNode):
        pairs = ((_value(key, version, meter), _value(value, version, meter)) for key, value in node.value)
        return {key if not isinstance(key, (dict, list)) else str(key): value for key, value in pairs}
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, version, meter) for item in node.value]
    style: Style = "plain" if getattr(node, "style", None) is None else "quoted"
    return scalar_value(Scalar(str(node.value), NOWHERE, style), version)
