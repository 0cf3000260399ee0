"""The written settings of the root project, made into subjects once for all rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from weakref import ref

from stateaware.config.reader import FRESHNESS, STATE
from stateaware.config.written import Written
from stateaware.findings import Place
from stateaware.records import cached_property, dataclass
from stateaware.rules.base import Subject
from stateaware.rules.intervals import Interval, intervals
from stateaware.rules.once import once_per_project
from stateaware.syntax.tree import Mapping
from stateaware.text.span import Span

if TYPE_CHECKING:
    from stateaware.workspace import Project


@dataclass(frozen=True, slots=True)
class WrittenBlock:
    """A written setting with the intervals in it; the ``data`` of the subjects below."""

    written: Written
    intervals: tuple[Interval, ...]


class Blocks:
    """The settings of one project under one engine, by what they hold.

    The project is held weakly, since what is made once for a project must not keep it alive.
    """

    def __init__(self, project: Project) -> None:
        self._ref = ref(project)

    @property
    def _project(self) -> Project:
        project = self._ref()
        if project is None:
            raise ReferenceError("the project is gone")
        return project

    @cached_property
    def every(self) -> Sequence[Subject]:
        """All settings that the root project's own files write."""
        found = []
        for written in self._project.written:
            if written.package.is_root:
                setting = written.setting
                block = WrittenBlock(written, tuple(intervals(written)))
                found.append(Subject(Place(setting.file, setting.span), written.label, written.node, block))
        return found

    @cached_property
    def distinct(self) -> Sequence[Subject]:
        """All settings, without repeated aliases of one block, which would repeat its findings."""
        seen: set[tuple[str, str, Span]] = set()
        found = []
        for subject in self.every:
            written = block_of(subject).written
            key = (written.key, written.setting.file, written.setting.node.span)
            if key not in seen:
                seen.add(key)
                found.append(subject)
        return found

    def of(self, resource: str | None = None, key: str | None = None) -> list[Subject]:
        """The distinct settings of a kind of resource, of a key, or of both."""
        return [
            subject
            for subject in self.distinct
            if (resource is None or block_of(subject).written.resource == resource)
            and (key is None or block_of(subject).written.key == key)
        ]

    @cached_property
    def with_interval(self) -> Sequence[Subject]:
        """Settings with at least one `build_after`, `warn_after`, `error_after` or `lag_tolerance` map."""
        return [subject for subject in self.distinct if block_of(subject).intervals]

    @cached_property
    def build_after(self) -> Sequence[Subject]:
        """Models' settings with a `build_after` map."""
        return [s for s in self.with_interval if block_of(s).intervals[0].name == "build_after"]

    @cached_property
    def with_build_after(self) -> Sequence[Subject]:
        """Models' ``freshness`` with a `build_after` of any kind."""
        found = []
        for subject in self.of("model", FRESHNESS):
            tree = block_of(subject).written.setting.block.tree
            if isinstance(tree, Mapping) and tree.get("build_after") is not None:
                found.append(subject)
        return found

    @cached_property
    def maps(self) -> Sequence[Subject]:
        """Settings of ``freshness`` and ``state``, aliases each for themselves."""
        return [s for s in self.every if block_of(s).written.key in (FRESHNESS, STATE)]

    @cached_property
    def distinct_maps(self) -> Sequence[Subject]:
        """Settings of ``freshness`` and ``state``, the keys whose values are maps."""
        return [s for s in self.distinct if block_of(s).written.key in (FRESHNESS, STATE)]

    @cached_property
    def states(self) -> Sequence[Subject]:
        """Settings of ``state``."""
        return self.of("model", STATE)

    @cached_property
    def sources(self) -> Sequence[Subject]:
        """All settings of sources and their tables."""
        return self.of("source")

    @cached_property
    def used(self) -> dict[tuple[str, str, Span], list[str]]:
        """The nodes in whose layers a block is, by its key, its file and the range of its value.

        The value's range, so that all aliases of a block count as one.
        """
        found: dict[tuple[str, str, Span], list[str]] = {}
        for unique_id, model in self._project.models.items():
            for key, effective in model.effective.items():
                for setting in effective.order:
                    found.setdefault((key, setting.file, setting.node.span), []).append(unique_id)
        for unique_id, table in self._project.sources.items():
            for key, source_layers in table.layers.items():
                for setting in source_layers.strongest_first(root_on_top=True):
                    found.setdefault((key, setting.file, setting.node.span), []).append(unique_id)
        return found

    def users(self, written: Written) -> list[str]:
        """The unique_ids of the nodes for which a written setting counts, in force or shadowed."""
        return self.used.get((written.key, written.setting.file, written.setting.node.span), [])


@once_per_project
def blocks_of(project: Project) -> Blocks:
    """The settings of a project; made once."""
    return Blocks(project)


def block_of(subject: Subject) -> WrittenBlock:
    """What a subject of `Blocks` carries."""
    if not isinstance(subject.data, WrittenBlock):
        raise TypeError(f"the subject {subject.label} is no written block")
    return subject.data
