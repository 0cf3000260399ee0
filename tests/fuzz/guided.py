"""Coverage-guided fuzzing of one reader, with atheris (``pip install atheris``; it is no part of ``[dev]``).

    PYTHONPATH=tests python -m fuzz.guided yaml -max_total_time=600

The targets are ``yaml``, ``sql``, ``python``, ``jinja``, ``comments`` and ``project``; what follows goes to libFuzzer.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import types


def main() -> None:
    """Fuzz until something breaks, or until libFuzzer is told to stop."""
    import atheris

    with atheris.instrument_imports(include=["stateaware", "jinja2"]):
        targets = _targets(__import__("fuzz.examine", fromlist=["examine"]))
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in targets:
        sys.exit(__doc__)
    folder = Path(tempfile.mkdtemp(prefix="fuzz-corpus-"))
    for number, text in enumerate(_seeds(name)):
        (folder / str(number)).write_bytes(text)
    atheris.Setup(
        [sys.argv[0], *sys.argv[2:], "-timeout=20", "-rss_limit_mb=2048", str(folder)], targets[name]
    )
    atheris.Fuzz()


_FILES: Final = {
    "yaml": "properties",
    "sql": "sql",
    "jinja": "sql",
    "python": "python",
    "comments": "properties",
    "project": "project",
}


def _seeds(name: str) -> tuple[bytes, ...]:
    from fuzz.corpus import WORDS, texts

    kind = _FILES[name]
    return (*texts(kind), *WORDS[kind])  # type: ignore[index]


def _targets(examine: types.ModuleType) -> dict[str, Callable[[bytes], None]]:
    from stateaware.syntax.ignores import find_ignores
    from stateaware.syntax.jinja import JinjaContext, JinjaError, render_model, render_value
    from stateaware.syntax.sql import scan_sql
    from stateaware.syntax.sql.python import scan_python
    from stateaware.syntax.yaml import parse_yaml

    place = Path(tempfile.mkdtemp(prefix="fuzz-")) / "p"

    def read_yaml(data: bytes) -> None:
        parse_yaml(data.decode("utf-8", "replace"))

    def read_jinja(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        for dialect in ("fusion", "core"):
            render_model(text, JinjaContext(dialect=dialect))  # type: ignore[arg-type]
            try:
                render_value(text, JinjaContext(dialect=dialect, place="properties"))  # type: ignore[arg-type]
            except JinjaError:
                continue

    def read_comments(data: bytes) -> None:
        text = data.decode("utf-8", "replace") + "\n# stateaware: ignore[SA101]"
        for file in ("a.yml", "a.sql", "a.py"):
            find_ignores(file, text)

    def read_project(data: bytes) -> None:
        files = {"dbt_project.yml": data, "models/a.sql": data, "models/s.yml": data, "models/p.py": data}
        examine.examine(files, place, "check")

    return {
        "yaml": read_yaml,
        "sql": lambda data: void(scan_sql(data)),
        "python": lambda data: void(scan_python(data)),
        "jinja": read_jinja,
        "comments": read_comments,
        "project": read_project,
    }


def void(result: object) -> None:
    """Targets return nothing."""


if __name__ == "__main__":
    main()
