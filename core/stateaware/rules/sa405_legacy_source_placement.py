"""SA405: a source's freshness or loaded_at stands outside config, which dbt v2 does not read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.reader import SOURCE_KEYS
from stateaware.findings import Finding, Place, Related
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import UNKNOWN_KEY, engine_codes, severity
from stateaware.rules.homes import Found, our_keys
from stateaware.rules.moves import move_under_config, remove_key, same_value

if TYPE_CHECKING:
    from stateaware.workspace import Project


class LegacySourcePlacement(Rule):
    """A source's `freshness`, `loaded_at_field` or `loaded_at_query` stands outside `config`.

    ## What it does
    Reports these keys written as properties of a source or table, where they stood before dbt 1.10.

    ## Why it matters
    dbt v2 does not read them there: the source loses its freshness, and everything that depends on it
    counts it as always fresh or never checked. dbt Core still reads them.

    ## Example
    ```yaml
    sources:
      - name: raw
        freshness:
          warn_after: {count: 12, period: hour}
        loaded_at_field: _loaded_at
    ```

    ## How to fix
    Move them under `config`, which dbt Core reads since 1.10:
    ```yaml
    sources:
      - name: raw
        config:
          freshness:
            warn_after: {count: 12, period: hour}
          loaded_at_field: _loaded_at
    ```

    ## Engines
    An error under dbt v2, which reports an unknown key (dbt1060) and drops it. A warning elsewhere, since
    the documentation and dbt Core still know the old place.
    """

    code = "SA405"
    name = "legacy-source-placement"
    group = "places"
    severity = "warning"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every `freshness` and `loaded_at_…` of a source or table, in `config` or outside."""
        for found in our_keys(project):
            if found.home.of_source and found.key in SOURCE_KEYS:
                home = found.home
                place = Place(home.file, found.written.key.span)
                yield Subject(place, home.label, home.unique_id, found)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a key outside `config`."""
        found = subject.data
        if not isinstance(found, Found) or found.in_config:
            return
        key, home = found.key, found.home
        inside = home.config.get(key) if home.config is not None else None
        related: tuple[Related, ...] = ()
        if inside is not None:
            related = (Related(Place(home.file, inside.key.span), f"the `{key}` that dbt v2 reads"),)
        yield Finding(
            code=self.code,
            severity=severity(project, "warning", "error", "warning"),
            message=f"`{key}` of {home.title} stands outside `config`, and dbt v2 drops it there",
            place=subject.place,
            node=subject.node,
            hint="move it under `config`" if inside is None else "remove it",
            notes=on_engines(project, "reports an unknown key (dbt1060)", "reads `config` since 1.10"),
            related=related,
            fixes=move_under_config(project, found, SOURCE_KEYS)
            if inside is None
            else remove_key(project, found, safe=same_value(inside.value, found.written.value)),
            engine_codes=engine_codes(project, UNKNOWN_KEY),
            tags=("deprecated",),
        )
