"""What is wrong inside a written block, and which engine takes offence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.config import coercing
from stateaware.config.profiles import PROFILES
from stateaware.config.reader import FRESHNESS, LOADED_AT_QUERY, STATE, Reader
from stateaware.config.strict import I64_MAX, UPDATES_ON
from stateaware.config.values import Block, Problem, typed
from stateaware.findings import Severity
from stateaware.records import dataclass
from stateaware.rules.blocks import WrittenBlock, blocks_of
from stateaware.rules.engines import engine_codes
from stateaware.rules.once import once_per_project
from stateaware.syntax.tree import Expression, Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from stateaware.config.contexts import JinjaPlace
    from stateaware.config.layers import Layer
    from stateaware.config.profiles import EngineName
    from stateaware.config.written import Written
    from stateaware.project.packages import PackageSource
    from stateaware.workspace import Project

JINJA_MARKS: Final = ("{{", "{%", "{#")


@dataclass(frozen=True, slots=True)
class Fault:
    """One problem of a block.

    ``fusion`` and ``core`` say whether dbt v2 and dbt Core refuse it (if the block is used at all).
    """

    problem: Problem
    fusion: bool
    core: bool

    @property
    def key(self) -> str:
        """The key whose value is wrong."""
        return self.problem.path[-1]


def faults(project: Project, block: WrittenBlock) -> Iterable[Fault]:
    """The problems of a written block under the engine in force, and what each engine makes of them.

    Under ``core`` these are also the ones that only dbt v2 sees, since the documentation sides with it.
    """
    written = block.written
    problems = written.setting.block.problems
    if project.profile.typing == "strict":
        return [_fault(written, problem) for problem in problems] if problems else ()
    return _kept_faults(project).faults(project, block)


class _Kept:
    """The faults of blocks under dbt Core, since each of them is read twice for that."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[WrittenBlock, list[Fault]]] = {}

    def faults(self, project: Project, block: WrittenBlock) -> list[Fault]:
        kept = self._found.get(id(block))
        if kept is None or kept[0] is not block:
            kept = self._found[id(block)] = (block, list(_with_core(project, block.written)))
        return kept[1]


@once_per_project
def _kept_faults(project: Project) -> _Kept:
    return _Kept()


def _fault(written: Written, problem: Problem) -> Fault:
    return Fault(problem, problem.kind != "dropped", core_refuses(written, problem))


def _with_core(project: Project, written: Written) -> Iterator[Fault]:
    """What dbt Core refuses, and what only dbt v2 does; dbt Core names the first, the rest is judged."""
    block = written.setting.block
    refused = {problem.path: problem for problem in block.problems}
    seen = set()
    for problem in block_under_fusion(project, written).problems:
        own = refused.get(problem.path)
        core = own is not None or (bool(refused) and core_refuses(written, problem))
        seen.add(problem.path)
        told = own if own is not None and own.kind == "jinja" else problem
        yield Fault(told, problem.kind != "dropped", core)
    for path, problem in refused.items():
        if path not in seen:
            yield Fault(problem, fusion=False, core=True)


def block_under_fusion(project: Project, written: Written) -> Block:
    """A setting as dbt v2 reads it."""
    if project.profile.typing == "strict":
        return written.setting.block
    return read_again(project, written, written.setting.node, "fusion")


def read_again(project: Project, written: Written, node: Node, engine: EngineName) -> Block:
    """What an engine would read in the place of a setting if a node stood there."""
    reader = reader_of(project, written.setting.layer, written.package, engine)
    return reader.read(written.key, node, source=written.resource == "source")


def reader_of(project: Project, layer: Layer, package: PackageSource, engine: EngineName) -> Reader:
    """What reads the values of a layer as an engine does; ``package`` is the one that holds the layer."""
    place: JinjaPlace = "properties"
    if layer.kind == "config()":
        place = "sql"
    elif layer.kind in ("models", "project", "folder", "file"):
        place = "project"
    return Reader(PROFILES[engine], project.under(engine).contexts.maker(place, package))


def core_refuses(written: Written, problem: Problem) -> bool:
    """Whether dbt Core refuses what dbt v2 refuses or drops [val_* src_val_* null_09..15 src_53 src_54]."""
    if written.key == STATE or problem.kind == "unknown-key":
        return False
    if problem.kind == "jinja":
        return written.key != LOADED_AT_QUERY
    name, value = problem.path[-1], problem.value
    if isinstance(value, (Mapping, Sequence)):
        value = typed(value)
    if name == "count":
        return not _is_int(value)
    if name in ("period", "updates_on"):
        words = coercing.PERIODS if name == "period" else UPDATES_ON
        return not isinstance(value, str) or value not in words
    if name == "filter" or (name in ("loaded_at_field", "loaded_at_query") and len(problem.path) > 1):
        return False
    return (written.resource, problem.path) != ("model", (FRESHNESS,))


def _is_int(value: object) -> bool:
    try:
        return -I64_MAX - 1 <= int(value) <= I64_MAX  # type: ignore[call-overload,no-any-return]
    except (TypeError, ValueError, OverflowError):
        return False


def severity_of(project: Project, written: Written, fault: Fault) -> Severity:
    """Error where the engine in force refuses the block, or the documentation forbids it; else warning.

    dbt Core looks at blocks of existing nodes only.
    """
    name = project.profile.name
    if name == "documented":
        return "error"
    if name == "fusion":
        return "error" if fault.fusion else "warning"
    return "error" if fault.core and is_used(project, written) else "warning"


def is_used(project: Project, written: Written) -> bool:
    """Whether some node has the setting among its layers."""
    return written.setting.layer.kind == "config()" or bool(blocks_of(project).users(written))


def codes(
    project: Project, written: Written, fault: Fault, core: str = "InvalidFieldValue"
) -> tuple[str, ...]:
    """dbt's codes for a wrong value, empty where the engine in force says nothing.

    dbt v2: dbt1013 in YAML, dbt1501 in a SQL file's ``config()``, dbt1000 in a Python model.
    """
    fusion = "dbt1013"
    if written.setting.layer.kind == "config()":
        fusion = "dbt1000" if written.setting.file.endswith(".py") else "dbt1501"
    return engine_codes(project, fusion if fault.fusion else "", core if fault.core else "")


def raw_node(written: Written, path: tuple[str, ...]) -> Node | None:
    """The node as written, Jinja and all, that a problem's path leads to; None where Jinja made it."""
    node: Node | None = written.setting.node
    for key in path[1:]:
        if not isinstance(node, Mapping):
            return None
        node = node.value(key)
    return node


def raw_text(written: Written, path: tuple[str, ...]) -> str:
    """The text of a scalar as written, or nothing."""
    node = raw_node(written, path)
    return node.text if isinstance(node, Scalar) else ""


def jinja_of(written: Written, path: tuple[str, ...]) -> str:
    """The Jinja that a value is made by, or nothing: text with Jinja in YAML, an expression in code.

    Text inside ``config()`` is not rendered again, so Jinja in it is plain text.
    """
    node = raw_node(written, path)
    if isinstance(node, Expression):
        return node.source
    in_code = written.setting.layer.kind == "config()"
    if isinstance(node, Scalar) and not in_code and any(mark in node.text for mark in JINJA_MARKS):
        return node.text
    return ""
