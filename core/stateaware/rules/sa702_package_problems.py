"""SA702: a package has mistakes that dbt forgives, so it only warns of the package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.findings import Finding, Place, Related
from stateaware.project.packages import PackageSource
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engines import engine_codes
from stateaware.rules.package_faults import package_faults
from stateaware.rules.sa409_duplicate_key import CORE as DUPLICATE
from stateaware.rules.unknown_keys import unknown_keys
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project

FUSION: Final = "dbt1065"
_START: Final = Span.at(1, 1)


class PackageProblems(Rule):
    """A package has mistakes for which dbt only warns of the package as a whole.

    ## What it does
    Counts, for each package, the repeated keys, unknown keys and dropped values in its files, and cites
    the first.

    ## Why it matters
    They are not yours to mend, but a newer version of the package may have; dbt v2 says that it will
    refuse them one day.

    ## Example
    An installed package whose properties have a key twice:
    ```yaml
    # dbt_packages/dep/models/schema.yml
    models:
      - name: orders
        description: Orders.
        description: All orders.
    ```

    ## How to fix
    Upgrade the package, or tell its authors. `dbt parse --show-all-deprecations` lists all of them.

    ## Engines
    dbt v2 gives one warning for each package (dbt1065). dbt Core warns of repeated keys only
    (DuplicateYAMLKeysDeprecation).
    """

    code = "SA702"
    name = "package-problems"
    group = "dbt-compat"
    severity = "warning"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every package."""
        for package in project.packages:
            if not package.is_root:
                found = tuple(_forgiven(project, package))
                first = found[0].place if found else Place(package.project_file.file, _START)
                yield Subject(first, package.name, None, found)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a package with any."""
        found = subject.data
        if not isinstance(found, tuple) or not found:
            return
        count = f"{len(found)} mistakes" if len(found) > 1 else "a mistake"
        yield Finding(
            code=self.code,
            severity="warning",
            message=f"package `{subject.label}` has {count} that dbt warns of: {found[0].message}",
            place=subject.place,
            hint="upgrade the package",
            related=found[1:4],
            engine_codes=engine_codes(project, FUSION, DUPLICATE),
        )


def _forgiven(project: Project, package: PackageSource) -> Iterator[Related]:
    """What dbt v2 collects into its one warning; of it only repeated keys under dbt Core."""
    core = project.profile.name == "core"
    project_file = package.project_file
    for file, document in [
        (project_file.file, project_file.document),
        *((facts.file.file, facts.document) for facts in project.properties if facts.package is package),
    ]:
        for twice in document.duplicates:
            yield Related(Place(file, twice.second.span), f"`{twice.second.text}` is written twice")
    if core:
        return
    for facts in project.properties:
        if facts.package is package:
            for unknown in unknown_keys(facts):
                key = unknown.entry.key
                yield Related(Place(facts.file.file, key.span), f"unknown key `{key.text}`")
    for fault in package_faults(project, package):
        if not fault.stops:
            yield Related(fault.place, f"`{fault.key}` has a value that dbt v2 drops")
