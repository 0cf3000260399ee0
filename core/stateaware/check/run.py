"""Runs a project's items and says what came out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

from stateaware.check.baseline import Baseline
from stateaware.check.collect import (
    Collected,
    collect,
    collect_ignores,
    item_ids,
    running_rules,
    scoped_subjects,
    select_items,
)
from stateaware.check.result import Item, Outcome, ProjectResult
from stateaware.check.scope import Scope
from stateaware.check.selection import Selection
from stateaware.check.settings import Settings
from stateaware.check.suppress import IgnoreComments, selector_of
from stateaware.findings import SEVERITY_RANK, Finding, Place, Related, Severity, Suppression
from stateaware.records import cached_property, dataclass, field, replace
from stateaware.rules.adoption import IgnoreRule
from stateaware.rules.base import Rule, Subject
from stateaware.rules.registry import specificity
from stateaware.syntax.ignores import Code
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project


_MOST_ALIASES: Final = 20
_SYNTAX: Final = "SA601"


@dataclass(slots=True)
class Progress:
    """What several projects' runs share: the limit on failures, and whoever watches.

    ``maxfail`` 0 stands for no limit. ``watch`` is told the outcome of every item.
    """

    maxfail: int = 0
    failed: int = 0
    watch: Callable[[Outcome], None] | None = None

    @property
    def over(self) -> bool:
        """Whether the limit is reached."""
        return bool(self.maxfail) and self.failed >= self.maxfail


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How one project is run.

    ``details`` asks for every item with its outcome instead of counts alone; ``timed`` for its
    seconds as well. ``file`` asks only for what is found in one file, where nothing is selected.
    """

    settings: Settings
    selection: Selection = field(default_factory=Selection)
    folder: str = ""
    baseline: Baseline | None = None
    details: bool = False
    timed: bool = False
    file: str | None = None


def fails(finding: Finding, fail_on: str) -> bool:
    """Whether a finding makes the run fail."""
    if finding.suppressed is not None or fail_on == "never":
        return False
    return SEVERITY_RANK[finding.severity] >= SEVERITY_RANK[fail_on]


def run_project(project: Project, options: RunOptions, progress: Progress | None = None) -> ProjectResult:
    """Run what is selected of one project.

    Findings come by file, place and code. Without ``details`` rules run one after the other and
    passing items are only counted; with details, ``--maxfail`` or ``--ff`` items run by file.
    """
    return _Run(project, options, progress or Progress()).run()


def collect_project(project: Project, options: RunOptions) -> ProjectResult:
    """What `run_project` would run, without running it: items without an outcome."""
    scope = Scope(options.settings)
    items = collect(project, scope, options.selection)
    items += collect_ignores(
        project, scope, options.selection, IgnoreComments(project), lambda code, file: False
    )
    listed = tuple(Item(item.id, item.rule.code, item.subject.place, item.subject.label) for item in items)
    return _result(project, options, (), listed, {})


def _result(
    project: Project,
    options: RunOptions,
    findings: Iterable[Finding],
    items: tuple[Item, ...] | None,
    counts: dict[Outcome, int],
) -> ProjectResult:
    return ProjectResult(
        root=Path(project.root),
        folder=options.folder,
        name=project.name,
        engine=project.engine.name,
        findings=tuple(sorted(findings, key=_order(project.broken_files))),
        items=items,
        files=len(project.files),
        nodes=len(project.nodes),
        counts=counts,
        text=project.text,
    )


def _order(broken: frozenset[str]) -> Callable[[Finding], tuple[str, bool, int, int, str, str]]:
    """By file, place and code; in a broken file first that it is."""

    def key(finding: Finding) -> tuple[str, bool, int, int, str, str]:
        file, span = finding.place.file, finding.place.span
        line, column = (span.line, span.column) if span else (0, 0)
        later = file in broken and finding.code != _SYNTAX
        return (file, later, line, column, finding.code, finding.message)

    return key


def _aliases(project: Project) -> dict[str, tuple[tuple[Span, Span], ...]]:
    """The aliases in YAML files, by file: what each stands for, and where it stands."""
    documents = [(project.project_file.file, project.project_file.document)]
    documents += [(facts.file.file, facts.document) for facts in project.inputs.properties]
    return {file: document.aliases for file, document in documents if document.aliases}


class _Run:
    def __init__(self, project: Project, options: RunOptions, progress: Progress) -> None:
        self.project = project
        self.options = options
        self.progress = progress
        self.whole = project.project_file.readable
        self.scope = Scope(options.settings)
        self.comments = IgnoreComments(project)
        self.findings: list[Finding] = []
        self.seen: set[tuple[str, Place, str]] = set()
        self.items: list[Item] = []
        self.counts: dict[Outcome, int] = {"passed": 0, "error": 0, "warning": 0, "info": 0, "suppressed": 0}

    def run(self) -> ProjectResult:
        options = self.options
        in_order = options.details or self.progress.maxfail or options.selection.first
        if in_order:
            self.run_in_order()
        else:
            self.run_by_rule()
        if not self.progress.over:
            self.run_ignore_rules()
        items = tuple(self.items) if options.details else None
        return _result(self.project, options, self.findings, items, self.counts)

    def run_by_rule(self) -> None:
        """The fast way: an id is made only for what fails."""
        project, options = self.project, self.options
        selection = options.selection
        watch = self.progress.watch
        for rule in running_rules(project, self.scope, selection):
            subjects = scoped_subjects(project, rule, self.scope)
            if selection.narrows:
                self._run_picked(rule, subjects)
                continue
            if options.file is not None and not rule.elsewhere:
                subjects = [subject for subject in subjects if subject.place.file == options.file]
            failing: list[tuple[int, list[Finding]]] = []
            check = rule.check
            for at, subject in enumerate(subjects):
                found = list(check(subject, project))
                if found:
                    failing.append((at, found))
                elif watch:
                    watch("passed")
            self.counts["passed"] += len(subjects) - len(failing)
            ids = item_ids(subjects, rule.code) if failing else []
            for at, found in failing:
                self.judge(rule, ids[at], found)

    def _run_picked(self, rule: Rule, subjects: list[Subject]) -> None:
        """Some of a rule's items: their ids are needed to choose them, and must not depend on the choice."""
        for item in select_items(subjects, rule, self.options.selection):
            self.judge(rule, item.id, list(rule.check(item.subject, self.project)))

    def run_in_order(self) -> None:
        """The way that knows every item: by file, those that failed last time first where asked."""
        items = collect(self.project, self.scope, self.options.selection)
        first = self.options.selection.first
        if first:
            items.sort(key=lambda item: item.id not in first)
        for item in items:
            if self.progress.over:
                self.keep(item, None, 0.0)
                continue
            started = perf_counter() if self.options.timed else 0.0
            found = list(item.rule.check(item.subject, self.project))
            seconds = perf_counter() - started if self.options.timed else 0.0
            self.keep(item, self.judge(item.rule, item.id, found), seconds)

    @cached_property
    def aliases(self) -> dict[str, tuple[tuple[Span, Span], ...]]:
        return _aliases(self.project)

    def keep(self, item: Collected, outcome: Outcome | None, seconds: float) -> None:
        if self.options.details:
            place, label = item.subject.place, item.subject.label
            self.items.append(Item(item.id, item.rule.code, place, label, outcome, seconds))

    def judge(self, rule: Rule, item: str, found: list[Finding]) -> Outcome:
        """Give findings their item and severity, silence those that are to be silent, and count."""
        outcome: Outcome = "passed"
        fail_on = self.options.settings.fail_on
        failed = False
        worst = -1
        for finding in found:
            judged = self._judged(rule, item, finding)
            if self.repeats(judged):
                continue
            self.findings.append(self.with_aliases(judged))
            failed = failed or fails(judged, fail_on)
            if judged.suppressed is not None:
                outcome = "suppressed" if worst < 0 else outcome
            elif SEVERITY_RANK[judged.severity] > worst:
                worst, outcome = SEVERITY_RANK[judged.severity], judged.severity
        self.counts[outcome] += 1
        self.progress.failed += failed
        if self.progress.watch:
            self.progress.watch(outcome)
        return outcome

    def with_aliases(self, finding: Finding) -> Finding:
        """A finding that cites the YAML aliases through which its place is used again."""
        file, span = finding.place.file, finding.place.span
        aliases = self.aliases.get(file, ()) if span is not None else ()
        again = [
            Related(Place(file, alias), "used here too, by its alias")
            for target, alias in aliases
            if span is not None and target[:2] <= span[:2] and span[2:] <= target[2:]
        ]
        return replace(finding, related=(*finding.related, *again[:_MOST_ALIASES])) if again else finding

    def repeats(self, finding: Finding) -> bool:
        """Whether the same was found at the same place already: a YAML alias has led there again."""
        if finding.place.file not in self.aliases:
            return False
        label = finding.item.split("::")[1]
        message = finding.message.replace(f"`{label}`", "")
        key = (finding.code, finding.place, message)
        if key in self.seen:
            return True
        self.seen.add(key)
        return False

    def _judged(self, rule: Rule, item: str, finding: Finding) -> Finding:
        severity: Severity = self.scope.severity(rule, finding.place.file) or finding.severity
        suppressed = self.comments.suppression(finding, rule)
        # without dbt_project.yml, or the rest of the file, there is no telling what a change comes to
        whole = self.whole and finding.place.file not in self.project.broken_files
        fixes = finding.fixes if whole else ()
        judged = replace(finding, item=item, severity=severity, suppressed=suppressed, fixes=fixes)
        baseline = self.options.baseline
        if suppressed is None and baseline is not None:
            text = self.project.text(finding.place.file)
            if baseline.take(self.options.folder, judged, text):
                judged = replace(judged, suppressed=Suppression("baseline"))
        return judged

    def run_ignore_rules(self) -> None:
        """The rules about ignore comments come last: they judge what the others made of the comments."""
        items = collect_ignores(self.project, self.scope, self.options.selection, self.comments, self._ran)
        if items and self.options.selection.narrows:
            self._learn_use()
            items = collect_ignores(
                self.project, self.scope, self.options.selection, self.comments, self._ran
            )
        for item in items:
            found = list(item.rule.check(item.subject, self.project))
            self.keep(item, self.judge(item.rule, item.id, found), 0.0)

    def _learn_use(self) -> None:
        """What comments silence in the items that were not picked, since they are not unused for that."""
        for rule in running_rules(self.project, self.scope, Selection()):
            for subject in scoped_subjects(self.project, rule, self.scope):
                for finding in rule.check(subject, self.project):
                    self.comments.suppression(finding, rule)

    def _ran(self, code: Code | None, file: str) -> bool:
        """Whether a code's silence means something: a rule that it names ran over all of the file."""
        if not self.whole or file in self.project.broken_files:
            return False
        rules = [rule for rule in self.scope.rules if not isinstance(rule, IgnoreRule)]
        if code is None:
            return any(self.scope.covers(rule, file) for rule in rules)
        selector = selector_of(code)
        if selector is None:
            return False
        return any(specificity(selector, rule) and self.scope.covers(rule, file) for rule in rules)
