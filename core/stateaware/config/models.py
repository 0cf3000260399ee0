"""The value in force for a model: the layers in order, merged as the profile's engine merges them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stateaware.config.layers import Effective, Setting
from stateaware.config.profiles import Profile
from stateaware.config.project_tree import TreeLevel
from stateaware.records import dataclass, replace


@dataclass(frozen=True, slots=True)
class ModelLayers:
    """All settings of one key for one model, each group the weakest first.

    ``own`` are those of its own package's dbt_project.yml, ``properties`` those of its YAML entry
    (the model's, then the version's), ``code`` those of its ``config()`` calls in order, ``root`` those
    of the root project where the model belongs to a package.
    """

    own: tuple[Setting, ...] = ()
    properties: tuple[Setting, ...] = ()
    code: tuple[Setting, ...] = ()
    root: tuple[Setting, ...] = ()
    has_properties: bool = False

    def strongest_first(self) -> Iterable[Setting]:
        """Every setting in the order of precedence."""
        for group in (self.root, self.code, self.properties, self.own):
            yield from reversed(group)


def tree_settings(
    tree: TreeLevel, fqn: Sequence[str], key: str, *, overrides: bool = False
) -> tuple[Setting, ...]:
    """The settings of a key along a node's fqn, the weakest first."""
    found = []
    for level in tree.lookup(fqn):
        setting = level.settings.get(key)
        if setting is None:
            continue
        layer = setting.layer
        if len(level.path) == len(fqn):
            layer = replace(layer, kind="file")
        if overrides:
            layer = replace(layer, overrides=True)
        if layer is not setting.layer or level.dropped:
            setting = replace(setting, layer=layer, dropped=level.dropped)
        found.append(setting)
    return tuple(found)


def resolve_model(key: str, layers: ModelLayers, profile: Profile) -> Effective:
    """The effective value of ``freshness`` or ``state`` of a model."""
    winner = _first_set(layers, profile) if profile.merge == "first-set" else _fold(layers)
    order = tuple(layers.strongest_first())
    if winner is None:
        return Effective(key, None, None, order)
    if winner.block.presence == "unknown":
        return Effective(key, None, winner, order, winner.block.unknown)
    return Effective(key, winner.block.value, winner, order)


def _first_set(layers: ModelLayers, profile: Profile) -> Setting | None:
    for setting in layers.strongest_first():
        if setting.dropped or setting.block.presence == "invalid":
            continue
        if setting.block.presence == "null" and not profile.null_clears:
            continue
        return setting
    return None


def _fold(layers: ModelLayers) -> Setting | None:
    """dbt Core: three passes, each applying the layers in turn; a pass that ends in null changes nothing.

    The node is built from the project's layers, again with its ``config()`` call, and once more when a
    properties entry patches it; what a pass leaves null keeps the value of the pass before
    (``update_parsed_node_config``: ``to_dict(omit_none=True)``). Hence ``config(freshness=none)``
    inherits from the project but wins over properties.
    """
    code = layers.code[-1:]
    passes = [(*layers.own, *layers.root), (*layers.own, *code, *layers.root)]
    if layers.has_properties:
        passes.append((*layers.own, *layers.properties[-1:], *code, *layers.root))
    result = None
    for one in passes:
        last = one[-1] if one else None
        if last is None:
            continue
        # a pass that ends in null counts only where no pass set anything: it is then what clears
        if last.block.presence in ("set", "unknown") or (result is None and one is passes[-1]):
            result = last
    return result
