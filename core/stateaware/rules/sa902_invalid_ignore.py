"""SA902."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stateaware.errors import nearest
from stateaware.findings import Edit, Finding, Fix, Place
from stateaware.rules.adoption import IgnoreRule, use_of
from stateaware.rules.base import Subject
from stateaware.rules.registry import codes, is_selector

if TYPE_CHECKING:
    from stateaware.workspace import Project


class InvalidIgnore(IgnoreRule):
    """An ignore comment without codes, or with one that does not exist.

    ## What it does
    Reports `stateaware: ignore` without brackets, codes that name no rule, an unclosed bracket, a
    misspelt word after `stateaware:`, and `ignore-file` anywhere but at the top of the file.

    ## Why it matters
    Without codes a comment silences everything, also what nobody has seen yet. With a wrong code, or
    in the wrong place, it silences nothing.

    ## Example
    ```yaml
    freshness: null  # stateaware: ignore
    ```

    ## How to fix
    Name the codes: `# stateaware: ignore[SA141] the reason`.

    ## Engines
    All.
    """

    code = "SA902"
    name = "invalid-ignore"
    severity = "warning"
    fixable = "sometimes"

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for the comment's form, or one for each unknown code."""
        ignore = use_of(subject).ignore
        if ignore.problem:
            yield Finding(
                self.code,
                self.severity,
                f"this ignore comment does nothing: {ignore.problem}",
                subject.place,
                hint="write `stateaware: ignore[CODE] reason`",
            )
            return
        if not ignore.codes:
            yield Finding(
                self.code,
                self.severity,
                "this comment silences every rule; name the codes that are meant",
                subject.place,
                hint="write `stateaware: ignore[CODE] reason`",
            )
        for code in ignore.codes:
            if is_selector(code.text):
                continue
            near = nearest(code.text, codes(), cutoff=0.75)
            place = Place(subject.place.file, code.span)
            fixes = (Fix(f"Write {near}", (Edit(place.file, code.span, near),), safe=False),) if near else ()
            yield Finding(
                self.code,
                self.severity,
                f"no rule `{code.text}`",
                place,
                hint=f"write `{near}`" if near else "",
                fixes=fixes,
            )
