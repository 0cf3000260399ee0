"""SA607: the arguments of a config() call are such that dbt Core refuses them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from stateaware.findings import Finding, Place, Related
from stateaware.rules.base import Rule, Subject
from stateaware.rules.consequences import matters
from stateaware.rules.engine_notes import on_engines
from stateaware.rules.engines import engine_codes, severity
from stateaware.syntax.sql import ConfigCall

if TYPE_CHECKING:
    from stateaware.workspace import Project

MIXED: Final = "InlineModelConfigError"
REPEATED: Final = "CompilationError"


class ConfigArguments(Rule):
    """A `config()` call repeats a keyword, or mixes a positional argument with keywords.

    ## What it does
    Reports calls of `config()` that dbt v2 takes and dbt Core refuses.

    ## Why it matters
    dbt Core stops at them. dbt v2 takes the last of two equal keywords, so that the first is lost.

    ## Example
    ```sql
    {{ config({'freshness': {'build_after': {'count': 1, 'period': 'day'}}}, materialized='table') }}
    ```

    ## How to fix
    Write keywords only, each once.

    ## Engines
    An error under dbt Core (InlineModelConfigError, CompilationError), a warning elsewhere.
    """

    code = "SA607"
    name = "config-arguments"
    group = "syntax"
    severity = "warning"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every `config()` call that was read."""
        for unique_id, model in project.models.items():
            if model.package.is_root and not model.code.quiet and model.language == "sql":
                for call in model.facts.configs:
                    yield Subject(Place(model.file.file, call.span), model.name, unique_id, call)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each repeated keyword, one for a mixture."""
        call = subject.data
        if not isinstance(call, ConfigCall) or not matters(project, "core"):
            return
        file = subject.place.file
        level = severity(project, "warning", "warning", "error")
        for key in call.duplicate_kwargs:
            first = next((entry.key for entry in call.replaced if entry.key.text == key.text), None)
            yield Finding(
                code=self.code,
                severity=level,
                message=f"`{key.text}` is given twice in one `config()`, and dbt Core refuses that",
                place=Place(file, key.span),
                node=subject.node,
                hint="keep one of the two",
                notes=on_engines(project, "takes the last one", f"stops here ({REPEATED})"),
                related=(Related(Place(file, first.span), "the first one"),) if first is not None else (),
                engine_codes=engine_codes(project, "", REPEATED),
            )
        if call.positional and call.keywords:
            yield Finding(
                code=self.code,
                severity=level,
                message="`config()` has a positional argument and keywords, and dbt Core refuses that",
                place=subject.place,
                node=subject.node,
                hint="write keywords only",
                notes=on_engines(project, "takes both", f"stops here ({MIXED})"),
                engine_codes=engine_codes(project, "", MIXED),
            )
