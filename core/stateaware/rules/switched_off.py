"""Whether something that is written may switch a model or a source off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Mapping, Node, Scalar

if TYPE_CHECKING:
    from stateaware.config.project_tree import TreeLevel
    from stateaware.graph.nodes import ModelNode, SourceNode
    from stateaware.project.packages import PackageSource
    from stateaware.workspace import Project


def may_be_off(model: ModelNode, project: Project) -> bool:
    """Whether an ``enabled`` that is not plainly true applies to a model, at any layer."""
    if any(not _is_true(node) for node in _in_trees("models", model.lookup, model.package, project)):
        return True
    for entry in project.entries:
        if entry.section == "models" and entry.name == model.name and entry.package is model.package:
            config = entry.config
            if config is not None and not _is_true(config.value("enabled")):
                return True
    for call in model.facts.configs:
        written = call.get("enabled")
        if call.unpacked or (written is not None and not _is_true(written.value)):
            return True
    return False


def source_may_be_off(node: SourceNode, project: Project) -> bool:
    """Whether an ``enabled`` that is not plainly true applies to a source table."""
    if any(not _is_true(value) for value in _in_trees("sources", node.fqn, node.package, project)):
        return True
    configs = (node.entry.node.value("config"), node.table.value("config"))
    return any(isinstance(config, Mapping) and not _is_true(config.value("enabled")) for config in configs)


def _in_trees(kind: str, fqn: Sequence[str], package: PackageSource, project: Project) -> Iterator[Node]:
    """The values of ``enabled`` along a node's path, in its own project file and in the root's."""
    trees = project.model_trees if kind == "models" else project.source_trees
    for owner in dict.fromkeys((project.name, package.name)):
        source = next((one for one in project.packages if one.name == owner), None)
        if source is None:
            continue
        for node in _maps(source.project_file.mapping(kind), trees[owner].lookup(fqn)):
            for entry in node.entries:
                if entry.key.text.removeprefix("+") == "enabled":
                    yield entry.value


def _maps(root: Mapping | None, levels: Iterable[TreeLevel]) -> Iterator[Mapping]:
    nodes = [level.entry.value if level.entry is not None else root for level in levels]
    yield from (node for node in nodes if isinstance(node, Mapping))


def _is_true(node: Node | None) -> bool:
    """Whether a value is absent or plainly true."""
    if node is None:
        return True
    return isinstance(node, Scalar) and scalar_value(node, "1.2") is True
