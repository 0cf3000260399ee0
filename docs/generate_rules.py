"""Writes docs/rules/ from the rules' own docstrings; ``--check`` only says whether they are up to date."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from stateaware.cli.rule import documentation
from stateaware.rules.base import Rule
from stateaware.rules.registry import all_rules

FOLDER = Path(__file__).parent / "rules"
GROUPS = {
    "required": "Required and typed values",
    "exclusive": "Settings that exclude each other",
    "null": "Nulls and empty blocks",
    "places": "Places and paths",
    "meaning": "Meaning",
    "syntax": "Unreadable files and undecided values",
    "dbt-compat": "Other errors of dbt (on under `--engine fusion` and `--engine core`)",
    "adoption": "Ignore comments",
}
FIXES = {"no": "none", "sometimes": "for some findings", "always": "yes"}


def pages() -> dict[str, str]:
    """File name to text."""
    found = {f"{rule.code}.md": page(rule) for rule in all_rules()}
    found["index.md"] = index(all_rules())
    return found


def page(rule: Rule) -> str:
    """One rule's page."""
    summary, rest = documentation(rule)
    return (
        f"# {rule.code} {rule.name}\n\n"
        f"Group `{rule.group}` · {rule.severity} · fix: {FIXES[rule.fixable]}"
        f"{'' if rule.default else ' · off unless selected'}\n\n"
        f"{summary}\n\n{rest}\n\n"
        f"[All rules](index.md)\n"
    )


def index(rules: tuple[Rule, ...]) -> str:
    """The list of all rules, by group."""
    order = list(GROUPS)
    lines = ["# Rules", "", "Generated from the rules; `stateaware rule CODE` prints the same pages."]
    for group, members in groupby(
        sorted(rules, key=lambda r: (order.index(r.group), r.code)), lambda r: r.group
    ):
        lines += [
            "",
            f"## {GROUPS[group]}",
            "",
            "| code | name | severity | fix | what it finds |",
            "|---|---|---|---|---|",
        ]
        for rule in members:
            summary = documentation(rule)[0].replace("|", "\\|")
            cells = (f"[{rule.code}]({rule.code}.md)", rule.name, rule.severity, FIXES[rule.fixable], summary)
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the pages, or compare."""
    wanted = pages()
    there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")} if FOLDER.is_dir() else {}
    if "--check" in sys.argv[1:]:
        stale = sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))
        if stale:
            sys.stderr.write(
                f"docs/rules is out of date: {', '.join(stale)}\nRun: python docs/generate_rules.py\n"
            )
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for name in there.keys() - wanted.keys():
        (FOLDER / name).unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
