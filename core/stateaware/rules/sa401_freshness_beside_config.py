"""SA401: a model's freshness or state stands beside config instead of in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from stateaware.findings import Finding, Place, Related
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import UNKNOWN_KEY, engine_codes, severity
from stateaware.rules.homes import Found, our_keys
from stateaware.rules.moves import move_under_config, remove_key, same_value

if TYPE_CHECKING:
    from stateaware.workspace import Project

KEYS: Final = ("freshness", "state")


class FreshnessBesideConfig(Rule):
    """A model's `freshness` or `state` stands beside `config` instead of in it.

    ## What it does
    Reports `freshness` and `state` written as properties of a model or of one of its versions, outside
    `config`.

    ## Why it matters
    dbt looks for them under `config` only. The block looks right, and nothing of it is in force.

    ## Example
    ```yaml
    models:
      - name: orders
        freshness:
          build_after: {count: 4, period: hour}
    ```

    ## How to fix
    Move it under `config`:
    ```yaml
    models:
      - name: orders
        config:
          freshness:
            build_after: {count: 4, period: hour}
    ```

    ## Engines
    All. dbt v2 reports an unknown key (dbt1060) and ignores it; dbt Core ignores it without a word, so
    there it is a warning.
    """

    code = "SA401"
    name = "freshness-beside-config"
    group = "places"
    severity = "error"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every `freshness` and `state` of a model in a properties file, in `config` or beside it."""
        for found in our_keys(project):
            if found.home.of_model and found.key in KEYS:
                home = found.home
                place = Place(home.file, found.written.key.span)
                yield Subject(place, home.label, home.unique_id, found)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a key beside `config`."""
        found = subject.data
        if not isinstance(found, Found) or found.in_config:
            return
        key, home = found.key, found.home
        inside = home.config.get(key) if home.config is not None else None
        related: tuple[Related, ...] = ()
        if inside is not None:
            related = (Related(Place(home.file, inside.key.span), f"the `{key}` that dbt reads"),)
        yield Finding(
            code=self.code,
            severity=severity(project, "error", "error", "warning"),
            message=f"`{key}` of {home.title} stands beside `config`, where dbt does not look for it",
            place=subject.place,
            node=subject.node,
            hint="move it under `config`" if inside is None else "remove it",
            notes=on_engines(
                project, "reports an unknown key and ignores it (dbt1060)", "ignores it in silence"
            ),
            related=related,
            fixes=move_under_config(project, found, KEYS)
            if inside is None
            else remove_key(project, found, safe=same_value(inside.value, found.written.value)),
            engine_codes=engine_codes(project, UNKNOWN_KEY),
        )
