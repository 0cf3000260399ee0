"""Collects: a rule and the places where it applies become items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from stateaware.check.scope import Scope
from stateaware.check.selection import Selection
from stateaware.check.suppress import IgnoreComments
from stateaware.records import dataclass
from stateaware.rules.adoption import IgnoreRule
from stateaware.rules.base import Rule, Subject
from stateaware.syntax.ignores import Code

if TYPE_CHECKING:
    from stateaware.workspace import Project


@dataclass(frozen=True, slots=True)
class Collected:
    """One item before it ran; ``id`` as in `stateaware.check.result.Item`."""

    id: str
    rule: Rule
    subject: Subject


def item_ids(subjects: list[Subject], code: str) -> list[str]:
    """The ids of a rule's items, in the order of the subjects.

    Where one file has several under the same label, the second in the file's order gets ``#2``, and
    so on; a place above or below that changes no id.
    """
    ids = [f"{subject.place.file}::{subject.label}::{code}" for subject in subjects]
    if len(set(ids)) == len(ids):
        return ids
    seen: Counter[str] = Counter()
    for at in sorted(range(len(ids)), key=lambda at: _position(subjects[at])):
        base = ids[at]
        seen[base] += 1
        if seen[base] > 1:
            ids[at] = f"{base}#{seen[base]}"
    return ids


def _position(subject: Subject) -> tuple[str, int, int]:
    span = subject.place.span
    return (subject.place.file, span.line, span.column) if span else (subject.place.file, 0, 0)


def scoped_subjects(project: Project, rule: Rule, scope: Scope) -> list[Subject]:
    """A rule's subjects in the files where it runs."""
    found = rule.subjects(project)
    if scope.uniform:
        return list(found)
    return [subject for subject in found if scope.covers(rule, subject.place.file)]


def select_items(subjects: list[Subject], rule: Rule, selection: Selection) -> list[Collected]:
    """The items of a rule's subjects that the user wants."""
    wanted = selection.item_filter(rule)
    pairs = zip(item_ids(subjects, rule.code), subjects, strict=True)
    return [Collected(item, rule, subject) for item, subject in pairs if wanted is None or wanted(item)]


def running_rules(project: Project, scope: Scope, selection: Selection) -> list[Rule]:
    """The rules that take part, without those about ignore comments, which have no subjects of their own.

    Where dbt_project.yml cannot be read only syntax is looked at: its variables and layers are missing.
    """
    whole = project.project_file.readable
    return [
        rule
        for rule in scope.rules
        if not isinstance(rule, IgnoreRule)
        and (whole or rule.group == "syntax")
        and selection.takes_rule(rule, scope.severity(rule) or rule.severity, project.engine.name)
    ]


def collect(project: Project, scope: Scope, selection: Selection) -> list[Collected]:
    """Every item that would run, by file and then by place and code; see `collect_ignores` for the rest."""
    items: list[Collected] = []
    for rule in running_rules(project, scope, selection):
        items.extend(select_items(scoped_subjects(project, rule, scope), rule, selection))
    items.sort(key=lambda item: (*_position(item.subject), item.rule.code))
    return items


def collect_ignores(
    project: Project,
    scope: Scope,
    selection: Selection,
    comments: IgnoreComments,
    ran: Callable[[Code | None, str], bool],
) -> list[Collected]:
    """The items of the rules about ignore comments; ``ran`` as for `IgnoreComments.subjects`."""
    engine = project.engine.name
    rules = [
        rule
        for rule in scope.rules
        if isinstance(rule, IgnoreRule)
        and selection.takes_rule(rule, scope.severity(rule) or rule.severity, engine)
    ]
    if not rules:
        return []
    subjects = list(comments.subjects(ran))
    items: list[Collected] = []
    for rule in rules:
        covered = [subject for subject in subjects if scope.covers(rule, subject.place.file)]
        items.extend(select_items(covered, rule, selection))
    return items


def collect_all(project: Project, scope: Scope) -> list[Collected]:
    """Every item of a project, as a run would find them if none of them failed."""
    everything = Selection()
    items = collect(project, scope, everything)
    comments = IgnoreComments(project)
    return items + collect_ignores(project, scope, everything, comments, lambda code, file: False)
