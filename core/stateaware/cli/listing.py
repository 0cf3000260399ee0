"""Items for people: the tree of ``--collect-only``, and the lines of ``-v``."""

from __future__ import annotations

from collections.abc import Iterator

from stateaware.check.result import CheckResult, Item, ProjectResult
from stateaware.report.characters import one_line
from stateaware.rules.registry import get_rule

_WORDS = {
    "passed": "PASSED",
    "error": "ERROR",
    "warning": "WARNING",
    "info": "INFO",
    "suppressed": "SUPPRESSED",
    None: "NOT RUN",
}


def item_name(project: ProjectResult, item: Item, several: bool) -> str:
    """An item's id; with several projects its file is given from the repository's root."""
    return one_line(f"{project.folder}/{item.id}" if several and project.folder else item.id)


def _items(result: CheckResult) -> Iterator[tuple[ProjectResult, Item]]:
    for project in result.projects:
        for item in project.items or ():
            yield project, item


def list_ids(result: CheckResult) -> list[str]:
    """The ids of all items, as they can be given on the command line."""
    several = len(result.projects) > 1
    return [item_name(project, item, several) for project, item in _items(result)]


def draw_tree(result: CheckResult) -> list[str]:
    """Projects, files, places and rules, each below the other."""
    lines: list[str] = []
    for project in result.projects:
        where = f" in {project.folder}" if project.folder and len(result.projects) > 1 else ""
        lines.append(one_line(f"{project.name or 'project without a name'}{where} ({project.engine})"))
        file = label = None
        for item in project.items or ():
            if item.place.file != file:
                file, label = item.place.file, None
                lines.append(f"  {one_line(file)}")
            if item.label != label:
                label = item.label
                lines.append(f"    {one_line(label)}")
            code = item.id.rsplit("::", 1)[-1]
            lines.append(f"      {code} {get_rule(item.code).name}")
    return lines


def draw_outcomes(result: CheckResult, width: int) -> list[str]:
    """One line for each item: its id, what came out, and the share that is done."""
    pairs = list(_items(result))
    several = len(result.projects) > 1
    lines = []
    for number, (project, item) in enumerate(pairs, 1):
        said = f"{item_name(project, item, several)} {_WORDS[item.outcome]}"
        lines.append(f"{said:<{max(width - 8, 20)}} [{100 * number // len(pairs):3d}%]")
    return lines
