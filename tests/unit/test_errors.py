"""What was probably meant."""

from __future__ import annotations

import time

from stateaware.errors import nearest


def test_the_nearest_word_is_found() -> None:
    assert nearest("build_afer", ["build_after", "count"]) == "build_after"
    assert nearest("Freshnes", ["freshness"]) == "freshness"
    assert nearest("quux", ["freshness", "state"]) is None


def test_a_giant_word_is_nobodys_mistake_and_takes_no_time() -> None:
    started = time.process_time()
    assert nearest("freshness" * 20_000, ["freshness", "state", "freshness" * 19_999] * 20) is None
    assert time.process_time() - started < 0.5
