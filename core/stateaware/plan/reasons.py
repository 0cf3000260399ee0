"""Why a node is built or reused: the codes, what follows from each, and dbt's own words for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from stateaware.records import dataclass

Outcome: TypeAlias = Literal["build", "reuse", "clone", "skip", "inline", "absent", "unknown"]
"""``inline`` is an ephemeral model, that has no build of its own; ``absent`` one that is no part of the
plan; ``clone`` is dbt State's copy from another environment."""

ReasonCode: TypeAlias = Literal[
    "DISABLED",
    "EPHEMERAL",
    "CYCLE",
    "UPSTREAM_FAILED",
    "PARENT_REUSED",
    "PYTHON_NOT_REUSABLE",
    "CUSTOM_NOT_REUSABLE",
    "SERVICE_UNAVAILABLE",
    "FORCED",
    "MATCH_IN_OTHER_ENV",
    "FIRST_BUILD",
    "STATE_EXPIRED",
    "STATE_UNKNOWN",
    "LAST_BUILD_FAILED",
    "BEING_BUILT",
    "FULL_REFRESH",
    "RELATION_MISSING",
    "VIEW_SELECT_STAR",
    "VOLATILE_VALUE_CHANGED",
    "UPSTREAM_CODE_CHANGED",
    "CODE_CHANGED",
    "NO_CHANGES",
    "WITHIN_BUILD_AFTER",
    "WITHIN_LAG_TOLERANCE",
    "SETTING_UNKNOWN",
    "NOT_ALL_UPSTREAMS_NEW",
    "DATA_UNKNOWN",
    "NEW_DATA",
]

_CHANGED: Final = "New changes detected"
_WAITS: Final = "New changes detected. Did not meet {key} of {window}. Last updated {age} ago"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason.

    ``text`` is the sentence for people and ``dbt`` what dbt prints, both with names in braces that
    ``words`` fills in.
    """

    outcome: Outcome
    text: str
    dbt: str = ""


REASONS: Final[Mapping[ReasonCode, Reason]] = {
    "DISABLED": Reason("absent", "is switched off (enabled: false)"),
    "EPHEMERAL": Reason("inline", "is ephemeral: its code becomes part of the models that read it"),
    "CYCLE": Reason("unknown", "reads itself, or a model that does: dbt stops"),
    "UPSTREAM_FAILED": Reason("skip", "{because} failed or was skipped in this run", "Skipped (upstream)"),
    "PARENT_REUSED": Reason("reuse", "what it tests is reused, and dbt then reuses the test unseen"),
    "PYTHON_NOT_REUSABLE": Reason("build", "is a Python model, which is built in every run"),
    "CUSTOM_NOT_REUSABLE": Reason("build", "has a materialization of its own, which is built in every run"),
    "SERVICE_UNAVAILABLE": Reason("build", "the service is not available: dbt runs as it does without it"),
    "FORCED": Reason("build", "everything selected is to be built"),
    "MATCH_IN_OTHER_ENV": Reason("clone", "another environment has it with the same code and fresh data"),
    "FIRST_BUILD": Reason("build", "never built before", _CHANGED),
    "STATE_EXPIRED": Reason("build", "its state was not used for 30 days, and has expired", _CHANGED),
    "STATE_UNKNOWN": Reason("unknown", "when it was last built is not known"),
    "LAST_BUILD_FAILED": Reason("build", "its last build failed", _CHANGED),
    "BEING_BUILT": Reason("unknown", "another job is building it: dbt waits for that, and decides then"),
    "FULL_REFRESH": Reason("build", "full refresh"),
    "RELATION_MISSING": Reason("build", "its table is gone from the warehouse"),
    "VIEW_SELECT_STAR": Reason("build", "is a view with `select *` on a parent, whose columns may change"),
    "VOLATILE_VALUE_CHANGED": Reason("build", "a value that changes with time, as current_date, is another"),
    "UPSTREAM_CODE_CHANGED": Reason("build", "code changed in {because}", _CHANGED),
    "CODE_CHANGED": Reason("build", "{recoded}", _CHANGED),
    "NO_CHANGES": Reason("reuse", "{unchanged}", "No new changes on any upstreams"),
    "WITHIN_BUILD_AFTER": Reason("reuse", "{but}built {age} ago: may build from {eligible}", _WAITS),
    "WITHIN_LAG_TOLERANCE": Reason("reuse", "{but}built {age} ago: may build after {eligible}", _WAITS),
    "SETTING_UNKNOWN": Reason("unknown", "{happened}, but its {key} cannot be told: {unknown}"),
    "NOT_ALL_UPSTREAMS_NEW": Reason("reuse", "{still_old}", "No new changes on all upstreams"),
    "DATA_UNKNOWN": Reason("unknown", "depends on {open}"),
    "NEW_DATA": Reason("build", "{happened}", _CHANGED),
}
