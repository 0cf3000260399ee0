"""Print what a rule checks, why it matters, and how to fix what it finds.

RULE is a code (SA101), a name (incomplete-block), a beginning of codes (SA1) or a group (null).
Without one, all rules are listed.
"""

from __future__ import annotations

import inspect
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable

from stateaware.errors import EXIT_OK
from stateaware.rules.base import Rule
from stateaware.rules.registry import all_rules, get_rule, select_rules


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "rules", metavar="RULE", nargs="*", help="a code, a name, a beginning of codes, or a group"
    )
    parser.add_argument("--list", action="store_true", dest="as_list", help="one line for each rule")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")
    parser.add_argument("--debug", action="store_true", help="show the whole error when the program fails")


def run(arguments: Namespace) -> int:
    """Print, and return the exit code."""
    rules = _chosen(arguments.rules)
    if arguments.format == "json":
        document = {"schema_version": 1, "rules": [rule_object(rule) for rule in rules]}
        text = json.dumps(document, indent=2) + "\n"
    elif arguments.as_list or not arguments.rules:
        text = _listed(rules)
    else:
        text = "\n".join(map(_page, rules))
    sys.stdout.write(text)
    return EXIT_OK


def _chosen(names: list[str]) -> list[Rule]:
    if not names:
        return list(all_rules())
    found: dict[str, Rule] = {}
    for name in names:
        several = select_rules([name]) or (get_rule(name),)
        found.update((rule.code, rule) for rule in several)
    return list(found.values())


def documentation(rule: Rule) -> tuple[str, str]:
    """A rule's summary and the rest of its page, in Markdown."""
    summary, _, page = inspect.cleandoc(type(rule).__doc__ or "").partition("\n")
    return summary, page.strip()


def rule_object(rule: Rule) -> dict[str, object]:
    """A rule as JSON."""
    summary, page = documentation(rule)
    return {
        "code": rule.code,
        "name": rule.name,
        "group": rule.group,
        "severity": rule.severity,
        "fixable": rule.fixable,
        "default": rule.default,
        "summary": summary,
        "documentation": page,
    }


def _listed(rules: Iterable[Rule]) -> str:
    rows = [(rule.code, rule.severity, rule.name, documentation(rule)[0]) for rule in rules]
    width = max((len(row[2]) for row in rows), default=0)
    return "".join(
        f"{code}  {severity:<7}  {name:<{width}}  {summary}\n" for code, severity, name, summary in rows
    )


def _page(rule: Rule) -> str:
    summary, page = documentation(rule)
    fix = {"no": "no fix", "sometimes": "sometimes fixable", "always": "fixable"}[rule.fixable]
    off = "" if rule.default else ", off unless selected"
    title = f"{rule.code} {rule.name}"
    return f"{title}\n{rule.severity}, group {rule.group}, {fix}{off}\n\n{summary}\n\n{page}\n"
