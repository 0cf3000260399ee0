"""Finds the rules, and chooses among them.

Every module ``rules/sa###_*.py`` holds one subclass of `Rule`. They are found by listing the
package, so that a rule is added by adding its file, and imported on first use only.
"""

from __future__ import annotations

import os
from abc import ABCMeta
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from typing import Final, get_args

from stateaware.errors import SelectionError, nearest
from stateaware.rules.base import Group, Rule

GROUPS: Final[tuple[str, ...]] = get_args(Group)
"""The names that select a whole group of rules."""

ENGINE_GROUP: Final = "dbt-compat"
"""The group that runs under ``fusion`` and ``core`` only, unless it is selected."""


@cache
def _modules() -> dict[str, str]:
    """Module name by rule code, in the order of the codes."""
    import stateaware.rules as package

    # not pkgutil: it brings inspect and ast along, which cost more than all rules together
    names = sorted(file.partition(".")[0] for folder in package.__path__ for file in os.listdir(folder))  # noqa: PTH208 - pathlib for names alone
    return {name[:5].upper(): name for name in names if name.startswith("sa") and name[2:5].isdigit()}


def codes() -> tuple[str, ...]:
    """The codes of all rules, sorted; imports none of them."""
    return tuple(_modules())


@cache
def _load(code: str) -> Rule:
    module = import_module(f"stateaware.rules.{_modules()[code]}")
    for value in vars(module).values():
        if isinstance(value, ABCMeta) and issubclass(value, Rule) and vars(value).get("code") == code:
            return value()
    raise AssertionError(f"{module.__name__} holds no rule {code}")


def get_rule(name: str) -> Rule:
    """The rule of a code (in any case) or a name.

    Raises:
        SelectionError: there is none; the message names the nearest.
    """
    code = name.upper()
    if code in _modules():
        return _load(code)
    by_name = {rule.name: rule for rule in all_rules()}
    if name.lower() in by_name:
        return by_name[name.lower()]
    raise _unknown(name, (*codes(), *by_name))


def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the codes."""
    return tuple(_load(code) for code in codes())


def specificity(selector: str, rule: Rule) -> int:
    """How closely a selector names a rule: 0 not at all, 1 ``ALL``, then group, prefix, the rule itself."""
    if selector == "ALL":
        return 1
    if selector == rule.group:
        return 2
    if selector in (rule.code, rule.name):
        return 9
    if selector.startswith("SA") and rule.code.startswith(selector):
        return len(selector) + 1
    return 0


def normalise(selector: str) -> str:
    """A selector as it is compared: codes in upper case, groups and names in lower case.

    Raises:
        SelectionError: it names no rule, prefix or group.
    """
    text = selector.strip()
    code = text.upper()
    if code == "ALL" or (code.startswith("SA") and any(known.startswith(code) for known in codes())):
        return code
    name = text.lower()
    if name in GROUPS:
        return name
    names = [rule.name for rule in all_rules()]
    if name in names:
        return name
    raise _unknown(text, (*codes(), *GROUPS, *names, "ALL"))


def is_selector(text: str) -> bool:
    """Whether a text names a rule, prefix or group."""
    try:
        normalise(text)
    except SelectionError:
        return False
    return True


def _unknown(name: str, known: Sequence[str]) -> SelectionError:
    near = nearest(name, known, cutoff=0.75)
    meant = f"; did you mean `{near}`?" if near else ""
    return SelectionError(
        f"no rule `{name}`{meant}", "All rules, prefixes and groups: stateaware rule --list"
    )


def best(selectors: Iterable[str], rule: Rule) -> int:
    """The highest specificity that any of the selectors has for a rule."""
    return max((specificity(selector, rule) for selector in selectors), default=0)


def runs_by_default(rule: Rule, engine: str) -> bool:
    """Whether a rule runs when nothing is selected."""
    if rule.group == ENGINE_GROUP:
        return rule.default and engine in ("fusion", "core")
    return rule.default


def is_selected(
    rule: Rule,
    select: Sequence[str] | None,
    ignore: Sequence[str] = (),
    extend: Sequence[str] = (),
    *,
    engine: str = "documented",
) -> bool:
    """Whether a rule runs; the closest selector decides, and ``ignore`` wins a tie.

    ``select`` None stands for the default set. All selectors must be normalised.
    """
    chosen = best(select, rule) if select is not None else int(runs_by_default(rule, engine))
    chosen = max(chosen, best(extend, rule))
    return chosen > best(ignore, rule)


def select_rules(
    select: Sequence[str] | None = None,
    ignore: Sequence[str] = (),
    extend: Sequence[str] = (),
    *,
    engine: str = "documented",
) -> tuple[Rule, ...]:
    """The rules that run, in the order of the codes.

    Args:
        select: codes, prefixes (``SA1``), groups, names or ``ALL``; None for the default set.
        ignore: the same, taken away.
        extend: the same, added to ``select``.
        engine: the value profile; ``dbt-compat`` is in the default set under ``fusion`` and ``core``.

    Raises:
        SelectionError: a selector names nothing.
    """
    chosen = None if select is None else [normalise(text) for text in select]
    dropped = [normalise(text) for text in ignore]
    added = [normalise(text) for text in extend]
    return tuple(rule for rule in all_rules() if is_selected(rule, chosen, dropped, added, engine=engine))
