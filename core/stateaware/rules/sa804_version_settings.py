"""SA804: dbt_project.yml asks for another dbt than the chosen one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.config.engines import possible_engines
from stateaware.findings import Finding, Place
from stateaware.rules.base import Rule, Subject
from stateaware.rules.engines import engine_codes
from stateaware.rules.shown import shortened
from stateaware.syntax.scalars import scalar_value
from stateaware.syntax.tree import Node, Scalar, Sequence

if TYPE_CHECKING:
    from stateaware.workspace import Project

CONFIG_VERSION: Final = "config-version"
REQUIRED: Final = "require-dbt-version"
KEYS: Final = (CONFIG_VERSION, REQUIRED)


_NUMBER: Final = r"(?:0|[1-9]\d*)"
_VERSION: Final = re.compile(
    rf"(?:>=|>|<=|<|=)?{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:(?:-|(?<=\d)(?=[a-z]))[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"
)
"""What dbt Core takes for a version (dbt_common.semver), or a little more."""


class VersionSettings(Rule):
    """`config-version` or `require-dbt-version` shuts out the engine that is asked about.

    ## What it does
    Under `--engine core`, reports a `config-version` other than 2, a `require-dbt-version` that only dbt v2
    fulfils, and one that is not written as dbt Core reads it: three numbers (`>=1.10.0`), no blanks.

    A range that shuts out 1.11 but not every dbt Core (`<1.8.0`) is not reported: which release runs the
    project is not known here. Values are still computed as dbt Core 1.11 does.

    ## Why it matters
    dbt Core stops before it reads anything else. dbt v2 preview.196 ignores both.

    ## Example
    ```yaml
    config-version: 1
    require-dbt-version: ">=2.0.0"
    ```

    ## How to fix
    `config-version: 2`, or none; three numbers, as in `[">=1.10.0", "<2.0.0"]`; a range that holds the dbt
    that runs the project; or check with the engine that it is made for: `--engine fusion`.

    ## Engines
    dbt Core only: DbtInternalError for `config-version`, DbtProjectError for `require-dbt-version`.
    """

    code = "SA804"
    name = "version-settings"
    group = "dbt-compat"
    severity = "warning"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Both keys, under dbt Core."""
        if project.profile.name != "core":
            return
        for key in KEYS:
            entry = project.project_file.tree.get(key)
            if entry is not None:
                yield Subject(Place(project.project_file.file, entry.span), key, None, entry.value)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for a setting that dbt Core 1.11 refuses."""
        node = subject.data
        if subject.label == CONFIG_VERSION:
            value = scalar_value(node, "1.1") if isinstance(node, Scalar) else None
            if value in (2, None):
                return
            message, core = f"dbt Core knows `config-version` 2 only, not {value}", "DbtInternalError"
        else:
            wrong = next((text for text in _versions(node) if not _VERSION.fullmatch(text)), None)
            if wrong is not None:
                message = (
                    f"dbt Core cannot read `{shortened(wrong)}`: a version has three numbers and no blanks"
                )
            elif "core" not in possible_engines(project.project_file, project.profile):
                message = "no dbt Core fulfils this `require-dbt-version`"
            else:
                return
            core = "DbtProjectError"
        yield Finding(
            code=self.code,
            severity="error",
            message=message,
            place=subject.place,
            notes=(f"dbt Core stops here ({core})",),
            engine_codes=engine_codes(project, "", core),
        )


def _versions(node: object) -> Iterator[str]:
    """The versions as dbt Core takes them apart; nothing of what Jinja makes, or what is no text."""
    if isinstance(node, Sequence):
        texts: list[Node] = list(node.items)
    else:
        texts = [node] if isinstance(node, Scalar) else []
    for item in texts:
        text = scalar_value(item, "1.1") if isinstance(item, Scalar) else None
        if isinstance(text, str) and "{{" not in text:
            yield from [text] if isinstance(node, Sequence) else text.split(",")
