"""How the version of an upstream was found, and what follows from not having one."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal, TypeAlias

from stateaware.records import dataclass

How: TypeAlias = Literal[
    "loaded_at_field",
    "loaded_at_query",
    "metadata",
    "file",
    "build",
    "planned",
    "assumed",
    "always fresh",
    "view",
    "opted out",
    "failed",
    "not seen",
    "missing",
]


@dataclass(frozen=True, slots=True)
class Measurement:
    """One way to learn a version.

    ``words`` say how, after "measured by" or after the upstream's name. ``changed`` is True where the
    upstream counts as changed whatever the version, None where nobody here knows, and False where the
    version tells. ``warns`` marks what a plan should warn about.
    """

    words: str
    changed: bool | None = False
    warns: bool = False


MEASUREMENTS: Final[dict[How, Measurement]] = {
    "loaded_at_field": Measurement("max of loaded_at_field"),
    "loaded_at_query": Measurement("loaded_at_query"),
    "metadata": Measurement("the warehouse's metadata"),
    "file": Measurement("the content of its file"),
    "build": Measurement("its last build"),
    "planned": Measurement("its build in this run", changed=True),
    "assumed": Measurement("an assumption"),
    "always fresh": Measurement("is always fresh", changed=True),
    "view": Measurement("is a view without a loaded_at", changed=True, warns=True),
    "opted out": Measurement("has freshness: null and no loaded_at", changed=True),
    "failed": Measurement("cannot be measured", changed=True, warns=True),
    "not seen": Measurement("was not measured", changed=None),
    "missing": Measurement("is not known", changed=None, warns=True),
}
"""dbt takes what it cannot measure as changed. That we have not seen a measurement is another thing:
dbt will have one when it runs."""


@dataclass(frozen=True, slots=True)
class Version:
    """What tells one state of an upstream's data from another; opaque, compared for equality only.

    For a source the last loading, as ISO 8601 text; for a model or snapshot an id of its build; for a
    seed a hash of its file. None where it is not known, or ``how`` says that there is none.
    ``at`` is when the data came, where that is known.
    """

    value: str | None
    how: How
    at: datetime | None = None


NOT_SEEN: Final = Version(None, "not seen")
MISSING: Final = Version(None, "missing")
