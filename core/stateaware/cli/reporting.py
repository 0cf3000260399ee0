"""Shows what a check came to: reports in their formats, dots, and lists of items."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence

from stateaware.check.result import CheckResult, Outcome
from stateaware.check.session import Plan
from stateaware.check.settings_file import repository_root
from stateaware.cli.output import (
    Mask,
    Target,
    can_show_unicode,
    read_targets,
    stream_of,
    wants_color,
    width_of,
    write_file,
)
from stateaware.report import ReportOptions, RuleInfo, render
from stateaware.report.characters import one_line

_NEED_ITEMS = ("junit",)
_NEED_RULES = ("sarif",)


class Reporter:
    """The outputs of one command, decided from its arguments and settings before anything is checked."""

    def __init__(self, arguments: Namespace, plans: Sequence[Plan]) -> None:
        self._arguments = arguments
        self._settings = plans[0].settings
        self._root = repository_root(plans[0].root)
        self._targets = read_targets(self._settings.output, os.environ)
        self._mask = Mask(os.environ, *(plan.load.env for plan in plans))
        self._verbosity = max(-1, min(1, arguments.verbose - arguments.quiet))

    @property
    def needs_items(self) -> bool:
        """Whether a format lists items that passed."""
        return any(target.format in _NEED_ITEMS for target in self._targets)

    @property
    def repeatable(self) -> bool:
        """Whether all that was reported went to the terminal, and nothing in it had to be hidden."""
        return not self._mask.hid and all(target.file is None for target in self._targets)

    @property
    def _for_people(self) -> bool:
        return any(target == Target("text") for target in self._targets)

    @property
    def draws_dots(self) -> bool:
        """Whether dots are shown: in the text for a terminal, unless more or less was asked for."""
        return self._for_people and self._verbosity == 0 and sys.stdout.isatty()

    def list_items(self, result: CheckResult) -> None:
        """Show what was collected."""
        from stateaware.cli.listing import draw_tree, list_ids

        if self._arguments.quiet:
            lines = list_ids(result)
        else:
            count = sum(len(project.items or ()) for project in result.projects)
            lines = [
                *draw_tree(result),
                "",
                f"{count:,} item{'' if count == 1 else 's'} in {result.seconds:.2f} s",
            ]
        self._print("".join(f"{line}\n" for line in lines))

    def report(self, result: CheckResult, outcomes: Sequence[Outcome], code: int) -> None:
        """Write every output."""
        if self._for_people:
            self._print(self._progress(result, outcomes))
        for target in self._targets:
            options = self._options(target, code)
            text = self._mask(render(target.format, result, options))
            if target.file is not None:
                write_file(target.file, text)
            else:
                stream = stream_of(target, self._targets)
                stream.write(text)
                stream.flush()
        if not self._for_people and self._arguments.quiet == 0:
            if Target("concise") in self._targets:
                from stateaware.report.concise import summary

                sys.stderr.write(self._mask(summary(result)))
            for notice in result.notices:
                sys.stderr.write(f"note: {one_line(self._mask(notice))}\n")

    def _progress(self, result: CheckResult, outcomes: Sequence[Outcome]) -> str:
        if self._verbosity > 0:
            from stateaware.cli.listing import draw_outcomes

            return "".join(f"{line}\n" for line in draw_outcomes(result, width_of(sys.stdout))) + "\n"
        if any(outcome != "passed" for outcome in outcomes):
            from stateaware.cli.progress import draw_dots

            return draw_dots(outcomes, width_of(sys.stdout))
        return ""

    def _print(self, text: str) -> None:
        sys.stdout.write(self._mask(text))
        sys.stdout.flush()

    def _options(self, target: Target, code: int) -> ReportOptions:
        fail_on = self._settings.fail_on
        stream = stream_of(target, self._targets)
        shown = target.file is None
        return ReportOptions(
            color=shown and wants_color(self._arguments.color, stream, os.environ),
            width=width_of(stream) if shown else 100,
            unicode=can_show_unicode(stream) if shown else True,
            verbosity=self._verbosity,
            fail_on=None if fail_on == "never" else fail_on,
            exit_code=code,
            repo_root=self._root,
            rules=rule_infos() if target.format in _NEED_RULES else {},
        )


def rule_infos() -> Mapping[str, RuleInfo]:
    """What reports may say about each rule, by its code."""
    from stateaware.cli.rule import documentation
    from stateaware.rules.registry import all_rules

    return {
        rule.code: RuleInfo(rule.code, rule.name, *documentation(rule), rule.group, rule.severity)
        for rule in all_rules()
    }
