"""SA412: the same table of a source is defined twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.findings import Finding, Place, Related
from stateaware.graph.nodes import SourceNode
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import engine_codes, severity
from stateaware.rules.switched_off import source_may_be_off

if TYPE_CHECKING:
    from stateaware.workspace import Project

FUSION = "dbt1155"
CORE = "DuplicateResourceNameError"


class DuplicateSourceTable(Rule):
    """The same table of a source is defined twice.

    ## What it does
    Reports a table that is listed again under the same source name, in the same file or in another one.

    ## Why it matters
    dbt Core stops. dbt v2 takes the first definition and only warns, so that the freshness and the
    loaded_at of the second one are lost.

    ## Example
    ```yaml
    # models/a.yml                         # models/b.yml
    sources:                               sources:
      - name: raw                            - name: raw
        tables:                                tables:
          - name: orders                         - name: orders
    ```

    ## How to fix
    Put both into one definition.

    ## Engines
    An error under dbt Core (DuplicateResourceNameError), a warning under dbt v2 (dbt1155).
    """

    code = "SA412"
    elsewhere = True
    name = "duplicate-source-table"
    group = "places"
    severity = "warning"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every table of the root project's sources, and every later definition of one."""
        for unique_id, node in project.sources.items():
            if node.package.is_root:
                yield Subject(_place(node), node.label, unique_id)
        for first, second in project.graph.duplicate_tables:
            if second.package.is_root:
                yield Subject(_place(second), second.label, first.unique_id, (first, second))

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a later definition; dbt Core names the first, so there it stands at that one."""
        if not isinstance(subject.data, tuple):
            return
        if any(source_may_be_off(node, project) for node in subject.data):
            return
        first, second = (_place(node) for node in subject.data)
        core = project.profile.name == "core"
        yield Finding(
            code=self.code,
            severity=severity(project, "warning", "warning", "error"),
            message=f"table `{subject.label}` is defined twice",
            place=first if core else second,
            node=subject.node,
            hint="put both into one definition",
            related=(
                Related(second, "the later definition") if core else Related(first, "the first definition"),
            ),
            notes=on_engines(project, f"reads only the first ({FUSION})", f"stops here ({CORE})"),
            engine_codes=engine_codes(project, FUSION, CORE),
        )


def _place(node: SourceNode) -> Place:
    name = node.name_node
    return Place(node.file.file, node.table.span if name is None else name.span)
