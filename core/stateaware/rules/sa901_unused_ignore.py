"""SA901."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.findings import Finding, Fix, Place
from stateaware.rules.adoption import IgnoreRule, remove_codes, remove_comment, use_of
from stateaware.rules.base import Subject

if TYPE_CHECKING:
    from stateaware.workspace import Project


class UnusedIgnore(IgnoreRule):
    """An ignore comment that silences nothing.

    ## What it does
    Reports each `stateaware: ignore[...]` comment, and each code in it, for which the rules it names
    ran and found nothing in the lines that it covers.

    ## Why it matters
    What it once excused has been mended, or the comment has moved away from it. Left alone, it hides
    the next mistake in the same place.

    ## Example
    ```yaml
    config:
      freshness:
        build_after: {count: 4, period: hour}  # stateaware: ignore[SA112]
    ```

    ## How to fix
    Remove the comment, or the code that is no longer needed.

    ## Engines
    All. A rule that did not run, because of the engine or the settings, says nothing about its codes.
    """

    code = "SA901"
    name = "unused-ignore"
    severity = "warning"
    fixable = "always"

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for the comment, or one for each code where others in it are needed."""
        use = use_of(subject)
        file, ignore = subject.place.file, use.ignore
        text = project.text(file) or ""
        if use.idle:
            codes = ", ".join(code.text for code in ignore.codes)
            what = f"for {codes} " if codes else ""
            fix = Fix("Remove the ignore comment", (remove_comment(file, text, ignore.span),))
            yield Finding(
                self.code,
                self.severity,
                f"this ignore comment {what}silences nothing",
                subject.place,
                hint="remove it",
                fixes=(fix,),
                tags=("unnecessary",),
            )
            return
        for code in use.unused:
            fix = Fix(f"Remove {code.text}", (remove_codes(file, text, ignore, use.unused),))
            yield Finding(
                self.code,
                self.severity,
                f"{code.text} silences nothing here",
                Place(file, code.span),
                hint="remove it",
                fixes=(fix,),
                tags=("unnecessary",),
            )
