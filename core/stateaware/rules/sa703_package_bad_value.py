"""SA703: a wrong value inside a package stops dbt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from stateaware.findings import Finding, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.package_faults import PackageFault, package_faults
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project

_START: Final = Span.at(1, 1)


class PackageBadValue(Rule):
    """A wrong value of `freshness`, `state` or `loaded_at_…` inside a package stops dbt.

    ## What it does
    Reports values in the files of packages that dbt does not take and does not forgive.

    ## Why it matters
    dbt stops at them as at one of the project's own, also where the project overrides the value.

    ## Example
    ```yaml
    # dbt_packages/dep/dbt_project.yml
    models:
      +freshness: {build_after: {count: 1, period: days}}
    ```

    ## How to fix
    Use another version of the package. Where dbt only drops the value (SA702), set it in the project's
    own dbt_project.yml, below the package's name.

    ## Engines
    dbt v2: dbt1013, or dbt1501 in a `config()`. dbt Core: InvalidFieldValue, for models and sources that
    exist.
    """

    code = "SA703"
    name = "package-bad-value"
    group = "required"
    severity = "error"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every package, and every value in one that stops dbt."""
        for package in project.packages:
            if package.is_root:
                continue
            stopping = [fault for fault in package_faults(project, package) if fault.stops]
            for fault in stopping:
                yield Subject(fault.place, fault.label, fault.node, fault)
            if not stopping:
                yield Subject(Place(package.project_file.file, _START), package.name)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each value."""
        fault = subject.data
        if isinstance(fault, PackageFault):
            needed = fault.expected.replace("|", ", ")
            yield Finding(
                code=self.code,
                severity="error",
                message=f"this package has a `{fault.key}` that dbt does not take, and dbt stops here",
                place=subject.place,
                node=subject.node,
                hint=f"expected: {needed}" if needed else "",
                engine_codes=fault.engine_codes,
            )
