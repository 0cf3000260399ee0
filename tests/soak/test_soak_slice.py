"""A part of ``python -m soak`` for every run of the tests, always the same edits."""

from __future__ import annotations

import asyncio

import pytest

from soak.__main__ import run


@pytest.mark.slow
def test_a_server_under_random_edits_says_what_a_fresh_check_says() -> None:
    report = asyncio.run(run(seed=4, edits=600))
    assert report.differences == []
    assert report.held, report
    assert report.edits >= 600
