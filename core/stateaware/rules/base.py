"""What a rule is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from stateaware.findings import Finding, Place, Severity
from stateaware.records import dataclass

if TYPE_CHECKING:
    from stateaware.workspace import Project

Group: TypeAlias = Literal[
    "required", "exclusive", "null", "places", "meaning", "syntax", "dbt-compat", "adoption"
]


@dataclass(frozen=True, slots=True)
class Subject:
    """A place where a rule's precondition holds: together with the rule it makes an item.

    ``label`` is the NODE part of the item's id (``orders``, ``raw.payments``, ``models.shop.marts``),
    ``node`` dbt's unique_id where there is one, ``data`` what the rule's own ``check`` needs.
    """

    place: Place
    label: str
    node: str | None = None
    data: object = None


class Rule(ABC):
    """One rule, in a file of its own.

    The docstring of a subclass is its documentation page (``stateaware rule CODE`` prints it): a
    one-line summary, then the sections "What it does", "Why it matters", "Example", "How to fix"
    and "Engines".
    """

    code: ClassVar[str]
    """``SA`` and three digits; never reused."""
    name: ClassVar[str]
    """Words joined by hyphens, like ``incomplete-build-after``."""
    group: ClassVar[Group]
    severity: ClassVar[Severity]
    """The severity under the ``documented`` profile; a finding may carry another where the engine differs."""
    fixable: ClassVar[Literal["no", "sometimes", "always"]] = "no"
    default: ClassVar[bool] = True
    """Whether it runs when nothing is selected; group ``dbt-compat`` runs under fusion and core only."""
    elsewhere: ClassVar[bool] = False
    """Whether what it finds about a subject may stand in another file than the subject."""
    asks_adapter: ClassVar[bool] = False
    """Whether it is silent about something where the adapter is not known."""

    @abstractmethod
    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every place where the rule has something to check, whether it will pass or not."""

    @abstractmethod
    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """The findings at one place; none means that the item passes."""
