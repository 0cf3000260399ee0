"""Imports point one way, so that a part can be read, tested and replaced without what stands on it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]

# From the ground up. A module belongs to the longest name that starts it, and may import from its own
# row and from the rows above it here.
ROWS: Final = (
    (
        "stateaware._version",
        "stateaware.cache",
        "stateaware.errors",
        "stateaware.records",
        "stateaware.schema_files",
        "stateaware.text",
    ),
    ("stateaware.syntax", "stateaware.findings", "stateaware.fix.yaml_edit"),
    ("stateaware.project",),
    ("stateaware.facts",),
    ("stateaware.config", "stateaware.graph", "stateaware.inputs"),
    ("stateaware.workspace",),
    ("stateaware.select",),
    (
        "stateaware.rules",
        "stateaware.plan",
        "stateaware.fingerprint",
        "stateaware.artifacts",
        "stateaware.explain",
        "stateaware.check.result",
    ),
    ("stateaware.simulate",),
    ("stateaware.report", "stateaware.fix", "stateaware.complete", "stateaware.locate"),
    ("stateaware.check", "stateaware.verify", "stateaware.forecast"),
    ("stateaware.index",),
    ("stateaware.cli", "stateaware_lsp"),
    ("stateaware.__main__",),
)


def row_of(module: str) -> int | None:
    """The row a module stands in; None for the package itself, which only holds the version."""
    best = max(
        (
            (len(name), row)
            for row, names in enumerate(ROWS)
            for name in names
            if f"{module}.".startswith(f"{name}.")
        ),
        default=None,
    )
    return best[1] if best else None


def modules() -> Iterator[tuple[str, Path]]:
    for top in (ROOT / "core", ROOT / "lsp"):
        for file in sorted(top.rglob("*.py")):
            parts = file.relative_to(top).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), file


def imports(module: str, file: Path) -> Iterator[str]:
    """What a module imports of ours when it runs; imports for type checkers alone do not count."""
    todo: list[ast.AST] = [ast.parse(file.read_text("utf-8"))]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            todo += node.orelse
            continue
        todo += ast.iter_child_nodes(node)
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("stateaware"))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            if node.module and node.module.startswith("stateaware"):
                # `from stateaware.check import result` names a module, `… import Finding` does not.
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_module_has_a_row() -> None:
    assert [name for name, _ in modules() if row_of(name) is None] == ["stateaware"]


def test_imports_point_one_way() -> None:
    wrong = []
    for module, file in modules():
        own = row_of(module)
        for imported in imports(module, file):
            row = row_of(imported)
            if own is not None and row is not None and row > own:
                wrong.append(f"{module} imports {imported}")
    assert wrong == []


def test_nothing_but_the_command_line_knows_the_server() -> None:
    knowing = [
        module
        for module, file in modules()
        if not module.startswith(("stateaware_lsp", "stateaware.cli"))
        and any(imported.startswith("stateaware_lsp") for imported in imports(module, file))
    ]
    assert knowing == []


def test_the_plan_does_not_know_where_its_state_comes_from() -> None:
    below = ("stateaware.plan", "stateaware.rules", "stateaware.fingerprint")
    knowing = [
        f"{module} imports {imported}"
        for module, file in modules()
        if f"{module}.".startswith(tuple(f"{name}." for name in below))
        for imported in imports(module, file)
        if imported.startswith("stateaware.artifacts")
    ]
    assert knowing == []
