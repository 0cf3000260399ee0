"""What the guide tells to type exists, what it shows is printed, and its links lead somewhere."""

from __future__ import annotations

import re
import shlex
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Final

import pytest
from captures import PAGES, ROOT, Capture, captures, steady

from stateaware.cli.commands import COMMANDS, load_command
from stateaware.cli.parser import parse

_FENCE: Final = re.compile(r"^```console\n(.*?)^```", re.M | re.S)
_ANY_FENCE: Final = re.compile(r"^( *)```.*?^\1```", re.M | re.S)
_LINK: Final = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING: Final = re.compile(r"^#+ (.+)$", re.M)


def commands(page: Path) -> Iterator[list[str]]:
    """The arguments of every `stateaware` command that a page shows."""
    for block in _FENCE.findall(page.read_text("utf-8")):
        for line in block.splitlines():
            for part in line.removeprefix("$ ").split(" && ") if line.startswith("$ ") else ():
                words = shlex.split(part, comments=True)
                if words[:1] == ["stateaware"]:
                    yield list(takewhile(lambda word: word not in (">", "|"), words[1:]))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, made as GitHub makes them."""
    text = _ANY_FENCE.sub("", page.read_text("utf-8"))
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(text))
    return {heading.strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_shown_commands_are_understood(page: Path) -> None:
    for words in commands(page):
        if words[0] in ("--version", "--help"):
            continue
        assert words[0] in COMMANDS
        parse(words[0], load_command(words[0]), words[1:])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(_ANY_FENCE.sub("", page.read_text("utf-8"))):
        if link.startswith(("https://", "http://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


@pytest.mark.parametrize(
    "capture", [capture for page in PAGES for capture in captures(page)], ids=lambda capture: capture.command
)
def test_captures_are_what_is_printed(capture: Capture) -> None:
    assert steady(capture.run()) == steady(capture.output)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_in_the_reference(name: str) -> None:
    text = (ROOT / "docs" / "cli.md").read_text("utf-8")
    parser = ArgumentParser(add_help=False)
    load_command(name).add_arguments(parser)
    longest = (max(action.option_strings, key=len) for action in parser._actions if action.option_strings)
    assert [option for option in longest if f"`{option}" not in text] == []
    assert f"## {name}\n" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_placeholder_is_explained_before_it_is_used(page: Path) -> None:
    lines = page.read_text("utf-8").splitlines()
    used = [number for number, line in enumerate(lines) if "OWNER" in line]
    assert not used or lines[used[0]].startswith("On this page `OWNER` stands for ")


def test_the_package_names_no_placeholder_as_its_home() -> None:
    assert "OWNER" not in (ROOT / "pyproject.toml").read_text("utf-8")
