"""SA701: a listed package is not installed, so its models and sources are unknown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.findings import Finding, Place
from stateaware.project.packages import MissingPackage
from stateaware.rules.base import Rule, Subject

if TYPE_CHECKING:
    from stateaware.workspace import Project


class PackageNotInstalled(Rule):
    """A package in packages.yml or dependencies.yml is not installed.

    ## What it does
    Names each listed package that is not in the packages folder, once.

    ## Why it matters
    Its models, sources and macros are unknown here: paths of dbt_project.yml that may belong to it are
    not judged, and values that its macros compute are unknown.

    ## Example
    ```yaml
    packages:
      - package: dbt-labs/dbt_utils
        version: 1.3.0
    ```

    ## How to fix
    `dbt deps`. Packages given as `local:` are read where they lie, without it.

    ## Engines
    All; dbt itself does not run without its packages.
    """

    code = "SA701"
    name = "package-not-installed"
    group = "places"
    severity = "info"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every package that is missing; installed ones are files of their own."""
        seen: set[str] = set()
        for missing in project.missing_packages:
            if missing.name not in seen:
                seen.add(missing.name)
                yield Subject(Place(missing.file, missing.span), missing.name, None, missing)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """Always one finding."""
        if isinstance(subject.data, MissingPackage):
            yield Finding(
                code=self.code,
                severity="info",
                message=f"package `{subject.data.name}` is not installed, so what is in it is not known",
                place=subject.place,
                hint="run `dbt deps`",
            )
