"""Engine profiles: by whose rules values are read, merged and judged, as data.

``fusion`` is dbt v2 (2.0.0-preview.196) and ``core`` is dbt Core 1.11, both as observed by running
them; ``documented`` is what the documentation says, and fusion where it says nothing.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from stateaware.records import dataclass, replace
from stateaware.syntax.scalars import YamlVersion

EngineName: TypeAlias = Literal["documented", "fusion", "core"]


@dataclass(frozen=True, slots=True)
class Profile:
    """The rules in which engines differ. Code asks these fields, never the engine's name."""

    name: EngineName
    title: str
    """How messages call it."""
    yaml: YamlVersion
    dialect: Literal["fusion", "core"]
    """Which dbt's Jinja renders."""
    typing: Literal["strict", "coercing"]
    """Values must have the right type, or go through ``int()`` and are dropped where they make none."""
    merge: Literal["first-set", "fold"]
    """A model's value is that of the strongest layer that sets one, or the layers are applied in turn."""
    null_clears: bool
    """``freshness: null`` on a model switches off what lower layers set (first-set merging only)."""
    plain_keys: bool
    """A key without ``+`` in dbt_project.yml is a configuration if it is a known one and no folder."""
    plain_scalars: bool
    """A key without ``+`` whose value is no mapping is a configuration, whatever its name."""
    drops_bad_maps: bool
    """A wrong value in dbt_project.yml drops the whole map that holds it, with its sub-folders."""
    legacy_sources: bool
    """``freshness`` and ``loaded_at_*`` outside ``config`` of a source are read."""
    version_fqn: Literal["stem", "name-and-version"]
    """How dbt_project.yml addresses a versioned model: ``m_v1``, or ``m: v1``."""
    deep_version_merge: bool
    """A version's config is merged into the model's key by key, and its nulls clear."""
    root_patches_packages: bool
    """A properties file of the root project may configure a package's model."""
    root_first: bool
    """A package's ``ref()`` and ``source()`` mean the root project's node before the package's own."""
    hidden_properties: bool
    """Properties files whose name starts with a dot are read."""
    source_merge: Literal["threshold", "block"]
    """How a table's freshness meets the project's: per threshold, or it hides the whole block."""
    closest_loaded_at: bool
    """Of ``loaded_at_field`` and ``loaded_at_query`` at different levels the closest to the table wins."""
    project_loaded_at: bool
    """``+loaded_at_field`` and ``+loaded_at_query`` of the source's own project count."""
    has_state: bool
    """``state`` is a known key."""
    keeps_custom_keys: bool
    """A key that the resource does not know (``loaded_at_field`` on a model) is stored as written."""


FUSION: Final = Profile(
    name="fusion",
    title="dbt v2",
    yaml="1.2",
    dialect="fusion",
    typing="strict",
    merge="first-set",
    null_clears=False,
    plain_keys=False,
    plain_scalars=False,
    drops_bad_maps=True,
    legacy_sources=False,
    version_fqn="stem",
    deep_version_merge=False,
    root_patches_packages=False,
    root_first=False,
    hidden_properties=True,
    source_merge="threshold",
    closest_loaded_at=False,
    project_loaded_at=True,
    has_state=True,
    keeps_custom_keys=False,
)

DOCUMENTED: Final = replace(
    FUSION,
    name="documented",
    title="the documentation",
    null_clears=True,
    plain_keys=True,
    legacy_sources=True,
    closest_loaded_at=True,
)

CORE: Final = Profile(
    name="core",
    title="dbt Core 1.11",
    yaml="1.1",
    dialect="core",
    typing="coercing",
    merge="fold",
    null_clears=True,
    plain_keys=False,
    plain_scalars=True,
    drops_bad_maps=False,
    legacy_sources=True,
    version_fqn="name-and-version",
    deep_version_merge=True,
    root_patches_packages=True,
    root_first=True,
    hidden_properties=False,
    source_merge="block",
    closest_loaded_at=True,
    project_loaded_at=False,
    has_state=False,
    keeps_custom_keys=True,
)

PROFILES: Final[dict[str, Profile]] = {p.name: p for p in (DOCUMENTED, FUSION, CORE)}
