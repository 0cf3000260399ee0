"""Decisions: each vector of build or reuse is decided as it says, in every mode that it speaks of."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.differences import known_difference
from conformance.vectors import Vector, read_vectors


def compare(vector: Vector, about: str, found: object, expected: object) -> None:
    reason = known_difference(vector.id, vector.engine, about)
    if reason:
        assert found != expected, "no longer different: take it out of differences.yaml"
        pytest.skip(f"known difference: {reason}")
    assert found == expected


def test_decision(vector: Vector) -> None:
    if vector.is_scenario:
        expected = vector.part("vector")["expect"]
        compare(vector, "decision", vector.simulate(), expected)
        return
    found = {mode: vector.decide(mode) for mode in vector.expected}
    told = {mode: (one.outcome.upper(), one.reason) for mode, one in found.items()}
    compare(vector, "decision", told, vector.expected)
    assert all(decision.text for decision in found.values())


def test_a_vector_that_is_not_understood_does_not_pass(tmp_path: Path) -> None:
    file = tmp_path / "vectors.yaml"
    file.write_text(
        "schema: decision-vectors/1\nvectors:\n- {id: x, engine: sao, run: {hurry: true}}\n", "utf-8"
    )
    (vector,) = read_vectors(file)
    with pytest.raises(AssertionError, match=r"run has \['hurry'\]"):
        vector.decide("sao")
