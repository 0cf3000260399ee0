"""SA410: two properties entries describe the same model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.findings import Finding, Place, Related
from stateaware.graph.nodes import PropertiesEntry
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import engine_codes
from stateaware.rules.once import once_per_project

if TYPE_CHECKING:
    from stateaware.workspace import Project

FUSION = "dbt1005"
CORE = "DuplicatePatchPathError"


class PatchedTwice(Rule):
    """Two entries in properties files describe the same model.

    ## What it does
    Reports a model that has a second entry under `models:`, in the same file or in another one.

    ## Why it matters
    dbt stops: it does not know which of the two is meant.

    ## Example
    ```yaml
    # models/schema.yml
    models:
      - name: orders
        config: {freshness: {build_after: {count: 4, period: hour}}}

    # models/marts/schema.yml
    models:
      - name: orders
        description: one line per order
    ```

    ## How to fix
    Put all that is said of the model in one entry. There is no fix, since nothing tells which entry counts
    where they differ, nor where a description or a list of tests belongs.

    ## Engines
    All. dbt v2 stops with dbt1005, dbt Core with DuplicatePatchPathError. Both name the first file, so the
    finding stands there and cites the other.
    """

    code = "SA410"
    name = "patched-twice"
    group = "places"
    severity = "error"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every properties file with models, and every entry that is repeated."""
        again = repetitions(project)
        for facts in project.properties:
            models = facts.tree.get("models") if facts.tree is not None else None
            if models is not None and facts.package.is_root:
                yield Subject(Place(facts.file.file, models.key.span), "models")
        for first, others in again.values():
            if first.package.is_root:
                unique_id = f"model.{first.package.name}.{first.name}"
                yield Subject(entry_place(first), first.name, unique_id, tuple(others))

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a model with several entries."""
        others = subject.data
        if not isinstance(others, tuple) or not others:
            return
        places = [entry_place(other) for other in others]
        files = list(dict.fromkeys(place.file for place in places))
        where = "this file" if files == [subject.place.file] else " and ".join(f"`{file}`" for file in files)
        yield Finding(
            code=self.code,
            severity="error",
            message=f"model `{subject.label}` is described a second time in {where}",
            place=subject.place,
            node=subject.node,
            hint="keep one entry",
            related=tuple(Related(place, "the other entry") for place in places),
            notes=on_engines(project, f"stops here ({FUSION})", f"stops here ({CORE})"),
            engine_codes=engine_codes(project, FUSION, CORE),
        )


@once_per_project
def repetitions(project: Project) -> dict[int, tuple[PropertiesEntry, list[PropertiesEntry]]]:
    """Entries for a model that is described again, each with the later ones, by its ``id``."""
    graph = project.graph
    found: dict[int, tuple[PropertiesEntry, list[PropertiesEntry]]] = {}
    for first, second in graph.repeated:
        found.setdefault(id(first), (first, []))[1].append(second)
    for orphan in graph.orphans:
        # an entry for a versioned model that has one already finds none of its files left
        for model in graph.by_name.get(orphan.name, ()):
            if model.entry is not None and model.version_label and model.package == orphan.package:
                found.setdefault(id(model.entry), (model.entry, []))[1].append(orphan)
                break
    return found


def entry_place(entry: PropertiesEntry) -> Place:
    """Where an entry of a properties file stands: its name."""
    name = entry.name_node
    return Place(entry.file.file, entry.node.span if name is None else name.span)
