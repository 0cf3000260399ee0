"""SA405: a source's freshness or loaded_at stands outside config, which dbt v2 does not read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.reader import SOURCE_KEYS
from stateaware.config.sources import PAIR
from stateaware.findings import Finding, Place, Related
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import UNKNOWN_KEY, engine_codes, severity
from stateaware.rules.homes import Found, Home, our_keys
from stateaware.rules.moves import move_under_config, remove_key, same_value
from stateaware.rules.once import once_per_project

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

    A `loaded_at_field` beside a `loaded_at_query` of the same source is not moved for you: under `config`
    dbt v2 would stop at the two. Keep one of them.

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
        rival = _rival(project, found)
        related: tuple[Related, ...] = ()
        hint = "move it under `config`"
        if inside is not None:
            related = (Related(Place(home.file, inside.key.span), f"the `{key}` that dbt v2 reads"),)
            fixes = remove_key(project, found, safe=same_value(inside.value, found.written.value))
            hint = "remove it"
        elif rival is not None:
            # under `config` the two would meet, and dbt v2 would stop
            related = (rival,)
            fixes = ()
            hint = "keep one of the two, under `config`"
        else:
            movable = [other for other in SOURCE_KEYS if not (other in PAIR and _is_pair(home))]
            fixes = move_under_config(project, found, tuple(movable))
        yield Finding(
            code=self.code,
            severity=severity(project, "warning", "error", "warning"),
            message=f"`{key}` of {home.title} stands outside `config`, and dbt v2 drops it there",
            place=subject.place,
            node=subject.node,
            hint=hint,
            notes=on_engines(project, "reports an unknown key (dbt1060)", "reads `config` since 1.10"),
            related=related,
            fixes=fixes,
            engine_codes=engine_codes(project, UNKNOWN_KEY),
            tags=("deprecated",),
        )


def _is_pair(home: Home) -> bool:
    """Whether a field and a query both stand in one item, in `config` or outside."""
    config = home.config
    return all(
        home.node.get(key) is not None or (config is not None and config.get(key) is not None) for key in PAIR
    )


def _rival(project: Project, found: Found) -> Related | None:
    """The other of field and query, where dbt v2 counts it as the same level."""
    if found.key not in PAIR:
        return None
    home = found.home
    (other,) = (key for key in PAIR if key != found.key)
    for holder in (home.node, home.config):
        entry = holder.get(other) if holder is not None else None
        if entry is not None:
            return Related(Place(home.file, entry.key.span), f"the `{other}`, which excludes it")
    if home.resource == "source":
        return _above(project.under("fusion")).get((home.file, home.entry.position, other))
    return None


@once_per_project
def _above(project: Project) -> dict[tuple[str, int, str], Related]:
    """What dbt_project.yml sets of the two for a table of a source, by the source's place and the key."""
    found: dict[tuple[str, int, str], Related] = {}
    for table in project.sources.values():
        for key in PAIR:
            layers = table.layers[key]
            for setting in (*layers.own, *layers.root):
                place = Place(setting.file, setting.key.span)
                found.setdefault(
                    (table.file.file, table.entry.position, key),
                    Related(place, f"the `{key}`, which excludes it"),
                )
    return found
