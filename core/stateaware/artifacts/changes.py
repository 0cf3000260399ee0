"""What changed from one manifest to another, by dbt Core's own yardstick (``state:`` of a selection).

That is not the yardstick of a plan: here a comment counts and a variable does not, a build_after counts and
what a template renders to does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from stateaware.artifacts.manifest import Manifest
from stateaware.artifacts.reading import read_moment
from stateaware.artifacts.shapes import depends_on, table, text
from stateaware.records import cached_property

Entry: TypeAlias = dict[str, Any]
_NODES: Final = frozenset({"nodes", "functions"})
"""The groups whose entries have a body, a relation and a contract."""
_GROUPS: Final = (
    *("nodes", "sources", "exposures", "metrics", "semantic_models", "unit_tests", "saved_queries"),
    "functions",
)
_UNCOUNTED: Final = frozenset({"alias", "schema", "database", "tags", "group"})
"""Keys of a node's configuration that are no change of it: the first three count as the relation."""
_OTHERS_UNCOUNTED: Final[dict[str, frozenset[str]]] = {
    "source": frozenset(),
    "exposure": frozenset(),
    "metric": frozenset({"group"}),
}
_OF_TESTS: Final = (
    *("severity", "where", "limit", "fail_calc", "warn_if", "error_if"),
    *("store_failures", "store_failures_as"),
)
"""The only keys of a test's configuration that count."""
_EXPOSURE: Final = ("fqn", "type", "owner", "maturity", "url", "description", "label")
_SEMANTIC: Final = (
    *("model", "description", "defaults", "entities", "dimensions", "measures", "config"),
    *("primary_entity", "group"),
)
_SAVED: Final = ("description", "label", "config", "group", "tags")
_QUERY: Final = ("metrics", "group_by", "where")
_EXPORT: Final = ("export_as", "schema", "alias")


class Changes:
    """One manifest beside an earlier one."""

    def __init__(self, now: Manifest, then: Manifest) -> None:
        self.now = now
        self.then = then

    def having(self, state: str) -> set[str]:
        """The unique_ids of the present manifest that have a state of `stateaware.select.methods.STATES`."""
        test = _TESTS[state]
        return {key for group, key, new, old in self._pairs() if test(self, group, new, old)}

    def _pairs(self) -> Iterator[tuple[str, str, Entry, Entry | None]]:
        """Each entry with what stood there before, wherever that was."""
        before = {key: entry for group in reversed(_GROUPS) for key, entry in self.then.group(group)}
        for group in _GROUPS:
            for key, entry in self.now.group(group):
                yield group, key, entry, before.get(key)

    @cached_property
    def _macros(self) -> dict[str, Entry]:
        return dict(self.now.group("macros"))

    @cached_property
    def _changed_macros(self) -> set[str]:
        now, then = self._macros, dict(self.then.group("macros"))
        both = now.keys() & then.keys()
        return (now.keys() ^ then.keys()) | {
            key for key in both if now[key].get("macro_sql") != then[key].get("macro_sql")
        }

    @cached_property
    def _reaching(self) -> dict[str, bool]:
        return {}

    def by_macros(self, entry: Entry) -> bool:
        """Whether a macro that it uses, also through others, is not what it was; those of dbt count too."""
        return any(self._reaches(key) for key in depends_on(entry, "macros"))

    def _reaches(self, macro: str) -> bool:
        known = self._reaching.get(macro)
        if known is not None:
            return known
        todo, seen = [macro], {macro}
        while todo:
            one = todo.pop()
            if one in self._changed_macros:
                self._reaching[macro] = True
                return True
            for key in depends_on(self._macros.get(one, {}), "macros"):
                if key not in seen:
                    seen.add(key)
                    todo.append(key)
        self._reaching[macro] = False
        return False

    def modified(self, group: str, new: Entry, old: Entry | None) -> bool:
        """Whether anything counts as changed. A new source, exposure or metric is none to dbt."""
        return not _SAME.get(group, _same_node)(new, old) or self.by_macros(new)


def _same_node(new: Entry, old: Entry | None) -> bool:
    if old is None:
        return False
    if new.get("test_metadata"):
        return _same_config(new, old) and new.get("fqn") == old.get("fqn")
    return (
        _same_body(new, old)
        and _same_config(new, old)
        and _same_descriptions(new, old)
        and new.get("fqn") == old.get("fqn")
        and _same_relation(new, old)
        and _same_contract(new, old)
        and all(new.get(key) == old.get(key) for key in ("latest_version", "access", "deprecation_date"))
        and all(new.get(key) == old.get(key) for key in ("arguments", "returns"))
    )


def _same_body(new: Entry, old: Entry) -> bool:
    if new.get("resource_type") == "seed":
        return bool(new.get("checksum") == old.get("checksum"))
    return bool(new.get("raw_code") == old.get("raw_code"))


def _same_config(new: Entry, old: Entry) -> bool:
    """The configuration as it is written, before Jinja."""
    if new.get("resource_type") in ("semantic_model", "saved_query"):
        return bool(new.get("config") == old.get("config"))
    now, then = table(new.get("unrendered_config")), table(old.get("unrendered_config"))
    keys = (now.keys() | then.keys()) - _OTHERS_UNCOUNTED.get(text(new.get("resource_type")), _UNCOUNTED)
    if new.get("resource_type") == "test":
        keys &= frozenset(_OF_TESTS)
    return all(key in now and key in then and now[key] == then[key] for key in keys)


def _same_descriptions(new: Entry, old: Entry) -> bool:
    """What is written into the warehouse, by the present ``persist_docs``."""
    persisted = table(table(new.get("config")).get("persist_docs"))
    if persisted.get("relation") and new.get("description") != old.get("description"):
        return False
    return not persisted.get("columns") or _described(new) == _described(old)


def _described(entry: Entry) -> dict[str, object]:
    return {key: table(one).get("description") for key, one in table(entry.get("columns")).items()}


def _same_relation(new: Entry, old: Entry) -> bool:
    """What is configured, not what that comes to; of a source what it comes to."""
    if new.get("resource_type") == "source":
        return all(new.get(key) == old.get(key) for key in ("database", "schema", "identifier"))
    now, then = table(new.get("unrendered_config")), table(old.get("unrendered_config"))
    return all(now.get(key) == then.get(key) for key in ("database", "schema", "alias"))


def _same_contract(new: Entry, old: Entry) -> bool:
    if new.get("resource_type") != "model":
        return True
    now, then = table(new.get("contract")), table(old.get("contract"))
    if not now.get("enforced") and not then.get("enforced"):
        return True
    return bool(now.get("enforced")) and bool(then.get("enforced")) and _promised(new) == _promised(old)


def _promised(entry: Entry) -> object:
    """dbt Core's own hash, else the columns: v2 has none."""
    found = table(entry.get("contract")).get("checksum")
    columns = table(entry.get("columns"))
    return found or {
        key: (table(one).get("data_type"), table(one).get("constraints")) for key, one in columns.items()
    }


def _same_source(new: Entry, old: Entry | None) -> bool:
    return old is None or (
        _same_relation(new, old)
        and _same_config(new, old)
        and all(
            new.get(key) == old.get(key)
            for key in ("fqn", "quoting", "freshness", "loaded_at_field", "external")
        )
    )


def _same_exposure(new: Entry, old: Entry | None) -> bool:
    return old is None or (
        all(new.get(key) == old.get(key) for key in _EXPOSURE)
        and set(depends_on(new, "nodes")) == set(depends_on(old, "nodes"))
        and _same_config(new, old)
    )


def _same_metric(new: Entry, old: Entry | None) -> bool:
    return old is None or (
        all(new.get(key) == old.get(key) for key in ("type", "description", "label"))
        and _same_config(new, old)
    )


def _same_semantic_model(new: Entry, old: Entry | None) -> bool:
    return old is None or all(new.get(key) == old.get(key) for key in _SEMANTIC)


def _same_saved_query(new: Entry, old: Entry | None) -> bool:
    if old is None:
        return True
    now, then = table(new.get("query_params")), table(old.get("query_params"))
    return (
        all(now.get(key) == then.get(key) for key in _QUERY)
        and all(new.get(key) == old.get(key) for key in _SAVED)
        and _exports(new) == _exports(old)
    )


def _exports(entry: Entry) -> list[object]:
    found = entry.get("exports")
    return [
        (table(one).get("name"), *(table(table(one).get("unrendered_config")).get(key) for key in _EXPORT))
        for one in (found if isinstance(found, list) else ())
    ]


def _same_unit_test(new: Entry, old: Entry | None) -> bool:
    return old is not None and new.get("checksum") == old.get("checksum")


_SAME: Final[dict[str, Callable[[Entry, Entry | None], bool]]] = {
    "sources": _same_source,
    "exposures": _same_exposure,
    "metrics": _same_metric,
    "semantic_models": _same_semantic_model,
    "saved_queries": _same_saved_query,
    "unit_tests": _same_unit_test,
}

_Test: TypeAlias = Callable[[Changes, str, Entry, "Entry | None"], bool]


def _part(same: Callable[[Entry, Entry], bool], *but: str, only: frozenset[str] | None = None) -> _Test:
    """Whether one part is new or another, in the groups whose entries have that part."""

    def test(_changes: Changes, group: str, new: Entry, old: Entry | None) -> bool:
        has = group in only if only is not None else group not in but
        return has and (old is None or not same(new, old))

    return test


_TESTS: Final[dict[str, _Test]] = {
    "new": lambda _changes, _group, _new, old: old is None,
    "old": lambda _changes, _group, _new, old: old is not None,
    "modified": Changes.modified,
    "unmodified": lambda changes, group, new, old: not changes.modified(group, new, old),
    "modified.body": _part(_same_body, only=_NODES),
    "modified.configs": _part(_same_config, "unit_tests"),
    "modified.persisted_descriptions": _part(_same_descriptions, only=_NODES),
    "modified.relation": _part(_same_relation, only=_NODES | {"sources"}),
    "modified.macros": lambda changes, _group, new, _old: changes.by_macros(new),
    "modified.contract": _part(_same_contract, only=_NODES),
}


def with_status(results: Iterator[Entry], status: str) -> set[str]:
    """The unique_ids of results that have a status (``result:``)."""
    return {text(one.get("unique_id")) for one in results if one.get("status") == status}


def fresher(now: Iterator[Entry], then: Iterator[Entry]) -> set[str]:
    """The sources with newer data than then, or that were not measured then (``source_status:fresher``)."""
    new, old = (
        {text(one.get("unique_id")): text(one.get("max_loaded_at")) for one in x} for x in (now, then)
    )
    return {
        key for key, loaded in new.items() if loaded and (not old.get(key) or _is_later(loaded, old[key]))
    }


def _is_later(one: str, other: str) -> bool:
    new, old = read_moment(one), read_moment(other)
    return new is not None and old is not None and new > old
