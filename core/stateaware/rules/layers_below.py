"""Speaking of settings in weaker layers: what they hold and where they stand."""

from __future__ import annotations

from collections.abc import Iterator

from stateaware.config.layers import Setting
from stateaware.config.models import ModelLayers
from stateaware.config.sources import SourceLayers
from stateaware.rules.words import in_words


def same(one: Setting, other: Setting) -> bool:
    """Whether two settings are the same written key."""
    return one.file == other.file and one.key.span == other.key.span


def below(layers: ModelLayers | SourceLayers, setting: Setting) -> Iterator[Setting]:
    """The settings weaker than one, the strongest first."""
    order = (
        layers.strongest_first()
        if isinstance(layers, ModelLayers)
        else layers.strongest_first(root_on_top=False)
    )
    passed = False
    for other in order:
        if passed:
            yield other
        passed = passed or same(other, setting)


def says_something(value: object) -> bool:
    """Whether a value sets anything: not null, not empty, and not a map of such."""
    if isinstance(value, dict):
        return any(says_something(part) for part in value.values())
    return value is not None and value != ""


def described(setting: Setting) -> str:
    """What a setting holds, in a few words: ``1 day``, ``4 hours, all``, ``warn_after 2 hours``."""
    return describe(setting.block.value)


def describe(value: object) -> str:
    """A value of freshness, state or a text key in a few words."""
    if isinstance(value, str):
        return f"`{value}`" if len(value) <= 40 else f"`{value[:37]}...`"
    if not isinstance(value, dict):
        return "value"
    parts = []
    for key, part in value.items():
        if isinstance(part, dict) and part.get("count") is not None and part.get("period") is not None:
            words = in_words(part["count"], part["period"])
            if part.get("updates_on") == "all":
                words += f", {part['updates_on']}"
            parts.append(words if key == "build_after" else f"{key} {words}")
        elif isinstance(part, dict) and part.get("updates_on"):
            parts.append(f"updates_on {part['updates_on']}")
        elif part is not None and not isinstance(part, dict):
            parts.append(f"{key} {str(part).lower() if isinstance(part, bool) else part}")
    return "; ".join(parts) or "value"


def where(setting: Setting) -> str:
    """The place of a setting as messages cite it: ``dbt_project.yml:17``."""
    return f"{setting.file}:{setting.key.span.line}"
