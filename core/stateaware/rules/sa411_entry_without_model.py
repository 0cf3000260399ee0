"""SA411: a properties entry with freshness or state names a model that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.config.reader import MODEL_KEYS
from stateaware.errors import nearest
from stateaware.findings import Edit, Finding, Fix
from stateaware.graph.nodes import PropertiesEntry
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engines import engine_codes
from stateaware.rules.homes import our_keys
from stateaware.rules.sa410_patched_twice import entry_place, repetitions

if TYPE_CHECKING:
    from stateaware.workspace import Project

FUSION = "dbt1089"
CORE = "NoNodeForYamlKey"


class EntryWithoutModel(Rule):
    """A properties entry with `freshness` or `state` names a model that does not exist.

    ## What it does
    Reports entries under `models:` for which there is no file of that name: misspelt, in another case,
    renamed, or in a package, where a properties file of the root project does not reach under dbt v2.
    Entries without freshness and state are reported under `--engine fusion` and `--engine core` only.

    ## Why it matters
    What the entry sets is in force for nothing, and the model that was meant goes without it.

    ## Example
    ```yaml
    models:
      - name: Orders        # the file is models/orders.sql
        config: {freshness: {build_after: {count: 4, period: hour}}}
    ```

    ## How to fix
    Write the name of the file, without `.sql`. For a package's model, write the value in dbt_project.yml:
    `models: <package>: <folder>: +freshness: …`.

    ## Engines
    All warn: dbt v2 with dbt1089, dbt Core with NoNodeForYamlKey. dbt Core applies an entry of the root
    project to a package's model; dbt v2 does not.
    """

    code = "SA411"
    name = "entry-without-model"
    group = "places"
    severity = "warning"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every entry for a model that says something of ours; under dbt's own engines every entry."""
        again = {id(entry) for _, entries in repetitions(project).values() for entry in entries}
        orphans = {id(entry): entry for entry in project.graph.orphans if entry.package.is_root}
        speaking = {
            id(found.home.entry): found.home.entry
            for found in our_keys(project)
            if found.home.of_model and found.key in MODEL_KEYS
        }
        for key, entry in speaking.items():
            if key not in orphans and key not in again:
                yield Subject(entry_place(entry), entry.name, f"model.{entry.package.name}.{entry.name}")
        for key, entry in orphans.items():
            if key not in again and (key in speaking or project.profile.name != "documented"):
                yield Subject(entry_place(entry), entry.name, None, entry)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for an entry without a model."""
        entry = subject.data
        if not isinstance(entry, PropertiesEntry):
            return
        own = [model.name for model in project.models.values() if model.package.is_root]
        near = nearest(entry.name, own)
        elsewhere = next(
            (m for m in project.graph.by_name.get(entry.name, ()) if not m.package.is_root), None
        )
        notes: tuple[str, ...] = ()
        hint = f"did you mean `{near}`?" if near else ""
        message = f"there is no model `{entry.name}`, so nothing of this entry is in force"
        if elsewhere is not None:
            message = f"`{entry.name}` is a model of the package `{elsewhere.package.name}`"
            message += ", which a properties file of the root project does not reach"
            hint = f"set it in dbt_project.yml, below `models: {elsewhere.package.name}:`"
            notes = ("dbt Core applies such an entry, dbt v2 does not",)
        yield Finding(
            code=self.code,
            severity="warning",
            message=message,
            place=subject.place,
            hint=hint,
            notes=notes,
            fixes=_fixes(entry, near, project) if elsewhere is None and near else (),
            engine_codes=engine_codes(project, FUSION, CORE),
        )


def _fixes(entry: PropertiesEntry, name: str, project: Project) -> tuple[Fix, ...]:
    """Write the name of the model that was meant, where it differs in case only and has no entry yet."""
    written = entry.name_node
    taken = project.models.get(f"model.{entry.package.name}.{name}")
    if written is None or written.text != entry.name or name.lower() != entry.name.lower():
        return ()
    if taken is None or taken.entry is not None or written.style != "plain":
        return ()
    return (Fix(f"Write `{name}`", (Edit(entry.file.file, written.span, name),)),)
