"""What each selection method finds: the semantics are dbt Core's (1.11)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from collections.abc import Mapping as AnyMapping
from typing import Final

from stateaware.errors import SelectionError, suggest
from stateaware.records import dataclass
from stateaware.select.criterion import Criterion
from stateaware.select.patterns import is_wild, matcher, path_matcher
from stateaware.select.resource import TYPES, Resource
from stateaware.select.selectable import TESTS, Selectable

TEST_TYPES: Final = ("generic", "singular", "data", "unit")
VERSIONS: Final = ("latest", "prerelease", "old", "none")
STATES: Final = (
    "new",
    "old",
    "modified",
    "unmodified",
    "modified.body",
    "modified.configs",
    "modified.persisted_descriptions",
    "modified.relation",
    "modified.macros",
    "modified.contract",
)
_OTHER_TYPES: Final = ("macro", "group", "doc", "fixture", "rpc", "sql operation")
"""Types that dbt knows and that no selection finds."""

_UNCONFIGURED: Final = frozenset(
    {"exposure", "metric", "semantic_model", "saved_query", "unit_test", "function"}
)
_NEEDED: Final = {
    "state": "another manifest to compare with",
    "result": "the run_results.json of an earlier run",
    "source_status": "two sources.json files to compare",
}


@dataclass(frozen=True, slots=True)
class Question:
    """A criterion beside what it is asked of.

    ``known`` has the unique_ids that artifacts give, by criterion: ``{"state:modified": {…}}``.
    """

    graph: Selectable
    criterion: Criterion
    known: AnyMapping[str, Collection[str]]

    @property
    def text(self) -> str:
        """The value as text.

        Raises:
            SelectionError: it is a map, a list, a number or nothing, which only selectors.yml can have.
        """
        value = self.criterion.value
        if isinstance(value, str):
            return value
        raise SelectionError(
            f"`{self.criterion.raw}`: the value of `{self.criterion.method}` must be text",
            "Write it in quotes.",
        )

    def of_type(self, *types: str) -> Iterator[Resource]:
        """All resources of some types."""
        for name in types:
            yield from self.graph.by_type.get(name, ())


def find(question: Question) -> set[str]:
    """The unique_ids that a criterion names itself, without parents, children and tests beside them.

    Raises:
        SelectionError: a value that its method cannot have, or one that needs artifacts that are not known.
    """
    return set(_FINDERS[question.criterion.method](question))


def _by_name(question: Question) -> Iterator[str]:
    wanted = question.text
    if not is_wild(wanted):
        below = wanted + "."
        for key, full, short, leaf in question.graph.names:
            if leaf == wanted or f"{full}.".startswith(below) or f"{short}.".startswith(below):
                yield key
        yield from _by_version(question, wanted)
        return
    matches, dots = matcher(wanted), wanted.count(".")
    for key, full, short, leaf in question.graph.names:
        if (
            (full.count(".") >= dots and matches(full))
            or (short.count(".") >= dots and matches(short))
            or (not dots and matches(leaf))
        ):
            yield key


def _by_version(question: Question, wanted: str) -> Iterator[str]:
    """``dim_customers.v2`` and ``dim_customers_v2``."""
    ending = "_".join(wanted.split(".")[-2:])
    for one in question.of_type("model"):
        if one.version and "_".join(one.fqn[-2:]) == ending:
            yield one.unique_id


def _by_tag(question: Question) -> Iterator[str]:
    wanted = question.text
    if not is_wild(wanted):
        return (key for key, one in question.graph.resources.items() if wanted in one.tags)
    matches = matcher(wanted)
    return (key for key, one in question.graph.resources.items() if any(map(matches, one.tags)))


def _by_path(question: Question) -> Iterator[str]:
    wanted = question.text
    if wanted.startswith("/"):
        raise SelectionError(
            f"`{question.criterion.raw}`: a path is relative to the project", f"Write `{wanted.lstrip('/')}`."
        )
    matches = path_matcher(wanted)
    found = {path for path in question.graph.own_paths if matches(path)}
    if not found:
        return
    inside = tuple(f"{path}/" for path in found)
    for key, one in question.graph.resources.items():
        if one.path in found or one.patch_path in found or one.path.startswith(inside):
            yield key


def _by_file(question: Question) -> Iterator[str]:
    matches = matcher(question.text)
    for key, one in question.graph.resources.items():
        name = one.path.rpartition("/")[2]
        stem = name.rpartition(".")[0] or name
        if matches(name) or matches(stem):
            yield key


def _by_package(question: Question) -> Iterator[str]:
    wanted = question.text
    matches = matcher(question.graph.project if wanted == "this" and question.graph.project else wanted)
    return (key for key, one in question.graph.resources.items() if matches(one.package))


def _by_source(question: Question) -> Iterator[str]:
    parts = question.text.split(".")
    if len(parts) > 3:
        raise _too_many_parts(question, "source, source.table or package.source.table")
    package, source, table = {1: ["*", *parts, "*"], 2: ["*", *parts]}.get(len(parts), parts)
    of_package, of_source, of_table = matcher(package), matcher(source), matcher(table)
    for one in question.of_type("source"):
        if of_package(one.package) and of_source(one.source_name) and of_table(one.name):
            yield one.unique_id


def _by_kind_and_name(question: Question) -> Iterator[str]:
    kind = question.criterion.method
    package, dot, name = question.text.rpartition(".")
    if "." in package:
        raise _too_many_parts(question, f"{kind} or package.{kind}")
    of_package, matches = matcher(package if dot else "*"), matcher(name)
    for one in question.of_type(kind):
        if of_package(one.package) and matches(one.name):
            yield one.unique_id


def _too_many_parts(question: Question, form: str) -> SelectionError:
    return SelectionError(
        f"`{question.criterion.raw}`: `{question.text}` has too many parts", f"Write it as {form}."
    )


def _by_config(question: Question) -> Iterator[str]:
    wanted, path = question.criterion.value, question.criterion.arguments
    word = str(wanted).lower()
    truth = {"true": True, "false": False}.get(word)
    folded = path == ("severity",)
    for key, one in question.graph.resources.items():
        if one.resource_type in _UNCONFIGURED:
            continue
        value: object = one.config
        for part in path:
            value = value.get(part) if isinstance(value, AnyMapping) else None
        for item in value if isinstance(value, (list, tuple)) else (value,):
            if item is None:
                continue
            if isinstance(item, bool):
                hit = item is truth
            elif folded:
                hit = str(item).lower() == word
            else:
                hit = not isinstance(wanted, bool) and item == wanted
            if hit:
                yield key
                break


def _by_resource_type(question: Question) -> Iterator[str]:
    wanted = question.text
    if wanted not in TYPES and wanted not in _OTHER_TYPES:
        raise _unknown_value(question, wanted, TYPES)
    return (one.unique_id for one in question.of_type(wanted))


def _by_test_type(question: Question) -> Iterator[str]:
    wanted = question.text
    if wanted == "unit":
        return (one.unique_id for one in question.of_type("unit_test"))
    tests = question.of_type("test")
    if wanted in ("generic", "schema"):
        return (one.unique_id for one in tests if one.test_name)
    if wanted == "singular":
        return (one.unique_id for one in tests if not one.test_name)
    if wanted == "data":
        return (one.unique_id for one in tests)
    raise _unknown_value(question, wanted, TEST_TYPES)


def _by_test_name(question: Question) -> Iterator[str]:
    matches = matcher(question.text)
    for one in question.of_type("test", "unit_test"):
        name = one.name if one.resource_type == "unit_test" else one.test_name
        if name and matches(name):
            yield one.unique_id


def _by_group(question: Question) -> Iterator[str]:
    matches = matcher(question.text)
    for key, one in question.graph.resources.items():
        # a test has the group of its model, and dbt asks its configuration
        group = one.config.get("group") if one.resource_type in TESTS else one.group
        grouped = one.resource_type == "metric" or one.resource_type not in _UNCONFIGURED
        if grouped and isinstance(group, str) and group and matches(group):
            yield key


def _by_access(question: Question) -> Iterator[str]:
    wanted = question.text
    return (one.unique_id for one in question.of_type("model") if one.access == wanted)


def _by_version_type(question: Question) -> Iterator[str]:
    wanted = question.text
    if wanted not in VERSIONS:
        raise _unknown_value(question, wanted, VERSIONS)
    for one in question.of_type("model"):
        if not one.version:
            found = "none"
        elif one.version == one.latest_version:
            found = "latest"
        else:
            found = "prerelease" if _is_newer(one.version, one.latest_version) else "old"
        if found == wanted:
            yield one.unique_id


def _is_newer(version: str, latest: str) -> bool:
    try:
        return float(version) > float(latest)
    except ValueError:
        return version > latest


def _by_artifacts(question: Question) -> Iterable[str]:
    criterion, wanted = question.criterion, question.text
    if criterion.method == "state" and wanted not in STATES:
        raise _unknown_value(question, wanted, STATES)
    try:
        known = question.known[f"{criterion.method}:{wanted}"]
    except KeyError:
        raise SelectionError(
            f"`{criterion.raw}` needs {_NEEDED[criterion.method]}, which is not given here",
            "Select by names, tags or paths, or let dbt resolve it: dbt ls --select … --state ….",
        ) from None
    return (key for key in known if key in question.graph.resources)


def _unknown_value(question: Question, wanted: str, known: tuple[str, ...]) -> SelectionError:
    return SelectionError(
        f"`{question.criterion.raw}`: `{question.criterion.method}` has no `{wanted}`",
        suggest(wanted, known, f"It can be {', '.join(known)}."),
    )


_FINDERS: Final[dict[str, Callable[[Question], Iterable[str]]]] = {
    "fqn": _by_name,
    "tag": _by_tag,
    "path": _by_path,
    "file": _by_file,
    "source": _by_source,
    "config": _by_config,
    "package": _by_package,
    "resource_type": _by_resource_type,
    "test_type": _by_test_type,
    "test_name": _by_test_name,
    "exposure": _by_kind_and_name,
    "metric": _by_kind_and_name,
    "semantic_model": _by_kind_and_name,
    "saved_query": _by_kind_and_name,
    "unit_test": _by_kind_and_name,
    "group": _by_group,
    "access": _by_access,
    "version": _by_version_type,
    "state": _by_artifacts,
    "result": _by_artifacts,
    "source_status": _by_artifacts,
}
