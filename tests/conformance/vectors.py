"""Decision vectors: what one node, or one scenario, is given, and what must be decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from conformance.case import LOADER
from stateaware.plan.advance import advance
from stateaware.plan.clock import parse_moment
from stateaware.plan.decide import plan
from stateaware.plan.decision import Decision
from stateaware.plan.lineage import Lineage
from stateaware.plan.measured import How, Version
from stateaware.plan.modes import ModeName, Options
from stateaware.plan.nodes import Node, StateConfig, Window
from stateaware.plan.settings import read_build_after
from stateaware.plan.state import Elsewhere, Fingerprint, Present, Record, State

NODE = "model.vectors.it"
SOURCE = "source.vectors.raw.it"
# What a vector may say; anything else must be taught here before it can pass.
KNOWN = {
    "vector": "id engine title basis cites notes node run last now other_env scenario expect expect_recommended expect_by_formula",
    "node": "build_after materialized language enabled resource_type lag_tolerance_s require_fresh_data_from allow_clones compare_unrendered_code evaluate_volatile_sql select_star_on_ref",
    "run": "cache_cleared force full_refresh service_down verify_relations",
    "last": "completed_at started_at touched_at output_modified_at status code relation template volatile upstream",
    "now": "at code relation relation_exists template volatile upstream",
    "upstream": "version built_this_run failed modified_at code_changed",
    "other_env": "code fresh",
    "scenario": "every_minutes hours source_updates_h build_after duration_s anchor",
}


@dataclass(frozen=True)
class Vector:
    """One entry of a vectors file."""

    data: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.data["id"])

    @property
    def engine(self) -> str:
        return str(self.data["engine"])

    @property
    def is_scenario(self) -> bool:
        return "scenario" in self.data

    def part(self, name: str) -> dict[str, Any]:
        """A part of the vector, with nothing in it that is not understood here."""
        found = dict(self.data if name == "vector" else self.data.get(name) or {})
        unknown = set(found) - set(KNOWN[name].split())
        assert not unknown, f"{self.id}: {name} has {sorted(unknown)}, which nothing here reads"
        return found

    @cached_property
    def expected(self) -> dict[ModeName, tuple[str, str]]:
        """Outcome and reason by mode."""
        vector = self.part("vector")
        if self.engine == "state":
            answer = vector.get("expect") or vector["expect_by_formula"]["output_age"]
            return {"state": (answer["decision"], answer["reason"])}
        default = vector["expect"]
        answers: dict[ModeName, Any] = {
            "sao": default,
            "recommended": vector.get("expect_recommended", default),
        }
        return {mode: (answer["decision"], answer["reason"]) for mode, answer in answers.items()}

    def decide(self, mode: ModeName) -> Decision:
        """What stateaware decides."""
        run, now = self.part("run"), self.part("now")
        options = Options(
            mode=mode,
            force=run.get("force", False),
            full_refresh=run.get("full_refresh", False),
            cache_cleared=run.get("cache_cleared", False),
            service_down=run.get("service_down", False),
        )
        lineage = Lineage([self.node, *self._parents()])
        at = parse_moment(now["at"], self.id)
        made = plan(lineage, self._state(), self._present(mode), at=at, options=options, selected={NODE})
        return made.decisions[NODE]

    @property
    def node(self) -> Node:
        written = self.part("node")
        tolerance = written.get("lag_tolerance_s")
        state = StateConfig(
            None if tolerance is None else Window(tolerance, key="lag_tolerance"),
            written.get("require_fresh_data_from"),
            allow_clones=written.get("allow_clones", True),
            compare_unrendered_code=written.get("compare_unrendered_code", False),
            evaluate_volatile_sql=written.get("evaluate_volatile_sql", False),
        )
        return Node(
            NODE,
            kind=written.get("resource_type", "model"),
            parents=tuple(self._upstream()),
            materialized=written.get("materialized", "table"),
            language=written.get("language", "sql"),
            enabled=written.get("enabled", True),
            build_after=read_build_after({"build_after": written.get("build_after")}),
            state=state,
            selects_star=written.get("select_star_on_ref", False),
        )

    def _upstream(self) -> dict[str, dict[str, Any]]:
        found = dict(self.part("now").get("upstream") or {})
        for name, upstream in found.items():
            unknown = set(upstream) - set(KNOWN["upstream"].split())
            assert not unknown, f"{self.id}: upstream {name} has {sorted(unknown)}, which nothing here reads"
        return found

    def _parents(self) -> Iterator[Node]:
        for name, upstream in self._upstream().items():
            kind = name.partition(".")[0] if name.startswith(("model.", "seed.", "snapshot.")) else "source"
            yield Node(name, kind="model" if "code_changed" in upstream else kind)

    def _state(self) -> State:
        last, upstream = self.part("last"), self._upstream()
        if not last:
            return State()
        changed = {name: "before" for name, one in upstream.items() if one.get("code_changed")}
        return State(
            [
                Record(
                    NODE,
                    completed_at=parse_moment(
                        last.get("output_modified_at") or last["completed_at"], self.id
                    ),
                    started_at=_moment(last.get("started_at")),
                    touched_at=_moment(last.get("touched_at")),
                    status=last.get("status", "success"),
                    fingerprint=_fingerprint(last),
                    upstream=last.get("upstream") or {},
                    upstream_code=changed,
                    own_version="last",
                )
            ]
        )

    def _present(self, mode: ModeName) -> Present:
        now, other, upstream = self.part("now"), self.part("other_env"), self._upstream()
        looked = mode == "state" or self.part("run").get("verify_relations", False)
        gone = looked and now.get("relation_exists") is False
        recoded = {name: Fingerprint("after") for name, one in upstream.items() if one.get("code_changed")}
        return Present(
            versions={name: _version(name, one) for name, one in upstream.items()},
            code={NODE: _fingerprint(now), **recoded},
            missing_relations=frozenset({NODE} if gone else ()),
            failed=frozenset(name for name, one in upstream.items() if one.get("failed")),
            elsewhere={NODE: Elsewhere(other["code"], other["fresh"])} if other else {},
        )

    def simulate(self) -> dict[str, Any]:
        """Runs of the scenario, one after another, as the expectation of a simulation tells them."""
        scenario = self.part("scenario")
        begin = parse_moment("2026-03-02T00:00:00Z", self.id)
        took = timedelta(seconds=scenario.get("duration_s", 0))
        options = Options(mode="sao", anchor=scenario.get("anchor", "completed"))
        window = read_build_after({"build_after": scenario.get("build_after")})
        lineage = Lineage([Node(SOURCE, kind="source"), Node(NODE, parents=(SOURCE,), build_after=window)])
        state, builds, runs = State(), [], 0
        for minute in range(0, scenario["hours"] * 60, scenario["every_minutes"]):
            at = begin + timedelta(minutes=minute)
            loads = [hour for hour in scenario["source_updates_h"] if hour * 60 <= minute]
            version = Version(str(loads[-1]) if loads else "empty", "loaded_at_field")
            present = Present({SOURCE: version}, {NODE: Fingerprint("c1")})
            made = plan(lineage, state, present, at=at, options=options)
            builds += [minute / 60] if made.having("build") else []
            state = advance(made, lineage, state, present, {NODE: took})
            runs += 1
        return {"builds_at_h": builds, "builds": len(builds), "runs": runs}


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_moment(text, "a time of the vector")


def _fingerprint(written: Mapping[str, Any]) -> Fingerprint:
    keys = ("code", "relation", "template", "volatile")
    return Fingerprint(**{key: written[key] for key in keys if key in written})


def _version(name: str, upstream: Mapping[str, Any]) -> Version:
    value = upstream["version"] if "version" in upstream else upstream["modified_at"]
    special: dict[str | None, How] = {"unknown": "failed", None: "failed", "always_fresh": "view"}
    if value in special:
        return Version(None, special[value])
    kinds: dict[str, How] = {"model": "build", "snapshot": "build", "seed": "file"}
    return Version(value, kinds.get(name.partition(".")[0], "metadata"))


def read_vectors(file: Path) -> list[Vector]:
    """The vectors of a file."""
    document = yaml.load(file.read_text("utf-8"), LOADER)
    assert document["schema"] == "decision-vectors/1"
    return [Vector(data) for data in document["vectors"]]
