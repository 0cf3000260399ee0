"""A whole run: one or several projects, what is remembered between runs, and the baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Literal

from stateaware.check.baseline import Baseline, baseline_keys, read_baseline, write_baseline
from stateaware.check.collect import collect_all, running_rules, scoped_subjects
from stateaware.check.last_failed import read_failed, write_failed
from stateaware.check.result import CheckResult, Outcome, ProjectResult
from stateaware.check.run import Progress, RunOptions, collect_project, fails, run_project
from stateaware.check.scope import Scope
from stateaware.check.selection import Selection, file_matcher
from stateaware.check.settings import Settings
from stateaware.check.settings_file import repository_root
from stateaware.errors import SelectionError, suggest
from stateaware.findings import Finding
from stateaware.inputs import LoadOptions
from stateaware.project.project_file import PROJECT_FILE
from stateaware.records import dataclass, field, replace
from stateaware.rules.registry import ENGINE_GROUP
from stateaware.workspace import Project, load_project


@dataclass(frozen=True, slots=True)
class Plan:
    """One project to check: where it is, how it is read, and what of it is run."""

    root: Path
    settings: Settings
    load: LoadOptions
    selection: Selection = field(default_factory=Selection)


@dataclass(frozen=True, slots=True)
class Controls:
    """How the run goes. ``durations`` is how many of the slowest items are wanted, 0 for all, None for none.

    ``verbose`` asks for notices on what could not be checked. ``watch`` is told every item's outcome,
    ``doing`` what is being done and how many projects are done.
    """

    collect_only: bool = False
    details: bool = False
    verbose: bool = False
    durations: int | None = None
    maxfail: int = 0
    last_failed: Literal["no", "only", "first"] = "no"
    use_baseline: bool = True
    watch: Callable[[Outcome], None] | None = None
    doing: Callable[[str, int], None] | None = None


def project_folder_name(root: Path) -> str:
    """A project's folder relative to its repository's root, empty for the root itself or without one."""
    top = repository_root(root.resolve())
    if top is None:
        top = Path.cwd().resolve()
    try:
        name = root.resolve().relative_to(top).as_posix()
    except ValueError:
        return ""
    return "" if name == "." else name


class Session:
    """Runs plans and remembers what it needs to run one of them again."""

    def __init__(self, plans: Sequence[Plan], controls: Controls) -> None:
        self.controls = controls
        self._baselines: dict[Path, Baseline] = {}
        self._syntax_only = False
        self._remembered = {plan.root: self._recall(plan) for plan in plans}
        self.plans = [self._narrowed(plan) for plan in plans]

    def run(self) -> CheckResult:
        """Check every project, in order, until ``maxfail`` is reached."""
        started = perf_counter()
        controls = self.controls
        notices: list[str] = []
        if controls.last_failed != "no" and not any(self._remembered.values()):
            notices.append("no failures are remembered, so everything is run")
        used: dict[Path, Baseline] = {}
        progress = Progress(controls.maxfail, watch=controls.watch)
        results: list[ProjectResult] = []
        for number, plan in enumerate(self.plans):
            if progress.over:
                break
            if controls.doing:
                controls.doing(f"checking {plan.root.name}", number)
            baseline = self._baseline(plan)
            if baseline is not None:
                baseline = used.setdefault(baseline.path, baseline)
            results.append(self._run_plan(plan, baseline, progress, notices))
        partly = controls.collect_only or progress.over or any(plan.selection.narrows for plan in self.plans)
        if not partly and not self._syntax_only:
            notices += _stale_entries(used.values(), results)
        return CheckResult(
            projects=tuple(results),
            seconds=perf_counter() - started,
            notices=tuple(dict.fromkeys(notices)),
            stopped=f"{progress.failed} failed" if progress.over else "",
            durations=self._slowest(results),
        )

    def _run_plan(
        self, plan: Plan, baseline: Baseline | None, progress: Progress, notices: list[str]
    ) -> ProjectResult:
        project = load_project(plan.root, _read_as_needed(plan))
        _require_items(plan, project)
        options = self._options(plan, baseline)
        if self.controls.collect_only:
            return collect_project(project, options)
        result = run_project(project, options, progress)
        if not project.project_file.readable:
            notices.append(
                f"only syntax was checked, since {PROJECT_FILE} of {plan.root.name} cannot be read"
            )
            self._syntax_only = True
            return result
        self._remember(plan, result, progress)
        if self.controls.verbose and project.adapter is None:
            notices += _silent_rules(plan, project)
        return result

    def _options(self, plan: Plan, baseline: Baseline | None) -> RunOptions:
        timed = self.controls.durations is not None
        # what was forgotten can only be told apart from what was not run where every item is known
        tracked = plan.selection.narrows and bool(self._remembered[plan.root])
        return RunOptions(
            settings=plan.settings,
            selection=plan.selection,
            folder=project_folder_name(plan.root),
            baseline=baseline,
            details=self.controls.details or timed or tracked or bool(self.controls.maxfail),
            timed=timed,
        )

    def findings_with(self, plan: Plan, overlay: Mapping[str, bytes]) -> tuple[Finding, ...]:
        """All findings of a plan's project if files had other contents (by absolute path).

        The selection is not applied, since what is selected may break what is not.
        """
        project = load_project(plan.root, replace(_read_as_needed(plan), overlay=overlay))
        options = RunOptions(
            plan.settings, folder=project_folder_name(plan.root), baseline=self._baseline(plan)
        )
        return run_project(project, options).findings

    def write_baseline(self, path: Path, result: CheckResult) -> int:
        """Write what was found to a baseline; returns how many findings it holds."""
        keys = [
            key
            for project in result.projects
            for key in baseline_keys(project.folder, project.findings, project.text)
        ]
        return write_baseline(path, keys)

    def _recall(self, plan: Plan) -> frozenset[str]:
        return read_failed(plan.root) if plan.settings.cache else frozenset()

    def _narrowed(self, plan: Plan) -> Plan:
        remembered = self._remembered[plan.root]
        if self.controls.last_failed == "first":
            return replace(plan, selection=replace(plan.selection, first=remembered))
        if self.controls.last_failed == "only" and any(self._remembered.values()):
            return replace(plan, selection=replace(plan.selection, only=remembered))
        return plan

    def _baseline(self, plan: Plan) -> Baseline | None:
        path = plan.settings.baseline
        if path is None or not self.controls.use_baseline:
            return None
        if path not in self._baselines:
            self._baselines[path] = read_baseline(path)
        return self._baselines[path].copy()

    def _remember(self, plan: Plan, result: ProjectResult, progress: Progress) -> None:
        if not plan.settings.cache:
            return
        known = self._remembered[plan.root]
        failed = {found.item for found in result.findings if fails(found, plan.settings.fail_on)}
        if plan.selection.narrows or progress.over:
            ran = {item.id for item in result.items or () if item.outcome is not None}
            failed |= known - ran
        if failed != known:
            write_failed(plan.root, failed)

    def _slowest(self, results: Sequence[ProjectResult]) -> tuple[tuple[float, str], ...]:
        wanted = self.controls.durations
        if wanted is None:
            return ()
        several = len(results) > 1
        timed = [
            (item.seconds, f"{result.folder}/{item.id}" if several and result.folder else item.id)
            for result in results
            for item in result.items or ()
        ]
        timed.sort(key=lambda pair: (-pair[0], pair[1]))
        return tuple(timed[: wanted or None])


def reads_everything(settings: Settings) -> bool:
    """Whether files must be parsed that the prefilter would skip: a rule looks at all that dbt rejects."""
    return any(rule.group == ENGINE_GROUP for rule in Scope(settings).rules)


def _read_as_needed(plan: Plan) -> LoadOptions:
    everything = plan.load.everything or reads_everything(plan.settings)
    return replace(plan.load, everything=everything, recover=True)


def _silent_rules(plan: Plan, project: Project) -> Iterator[str]:
    """Which rules had something to look at and cannot tell all of it, since the adapter is not known."""
    scope = Scope(plan.settings)
    silent = [
        rule.code
        for rule in running_rules(project, scope, plan.selection)
        if rule.asks_adapter and scoped_subjects(project, rule, scope)
    ]
    if silent:
        yield (
            f"{', '.join(silent)} could not judge everything, since the adapter of {project.name} "
            "is not known; --adapter names it"
        )


def _stale_entries(baselines: Iterable[Baseline], results: Sequence[ProjectResult]) -> Iterator[str]:
    for baseline in baselines:
        stale = baseline.stale(result.folder for result in results)
        if stale:
            entries, match = ("1 entry", "matches") if stale == 1 else (f"{stale} entries", "match")
            yield (
                f"{entries} of the baseline {baseline.path} {match} nothing any more; "
                f"write it again with --write-baseline {baseline.path}"
            )


def _require_items(plan: Plan, project: Project) -> None:
    """See to it that every item named on the command line exists."""
    named = [pattern for pattern in plan.selection.patterns if pattern.label or pattern.code]
    if not named:
        return
    ids = [item.id for item in collect_all(project, Scope(plan.settings))]
    for pattern in named:
        if not any(map(pattern.matcher(), ids)):
            beside = [item for item in ids if file_matcher(pattern.file)(item.partition("::")[0])]
            whole = "::".join(part for part in (pattern.file, pattern.label, pattern.code) if part)
            remedy = suggest(whole, beside[:2000], "All items: stateaware check --collect-only -q")
            raise SelectionError(f"no item {pattern.written}", remedy)
