"""What somebody does to a project: edits in the editor, also wrong ones, and files that come and go."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Final

from soak.session import Session

_WORDS: Final = (
    "freshness", "build_after", "count", "period", "hour", "hours", "day", "minute", "updates_on", "any", "all", "state",
    "lag_tolerance", "loaded_at_field", "loaded_at_query", "warn_after", "error_after", "config", "+freshness", "models",
    "sources", "tables", "name", "enabled", "false", "null", "~", "{}", "[]", "0", "-3", "4", "12", "{{", "}}", "{%", "%}", "{#",
    "ref('stg_orders')", "source('raw', 'orders')", "var('n', 4)", "env_var('N', '1')", "&a ", "*a", "<<: *a", "# ", "'", '"',
    ": ", "- ", "?", "|", ">", "\t", "\n", "\r\n", "\r", "\x0c", "\u2028", "\x85", "😀", "é", "\ufeff", "\x00",
    "# stateaware: ignore[SA106] why", "-- stateaware: ignore", "version: 2", "versions:\n      - v: 1\n",
)  # fmt: skip
_BLOCKS: Final = (
    "    config:\n      freshness:\n        build_after: {count: 4, period: hour}\n",
    "    config: {freshness: {build_after: {count: 4, period: hours}}}\n",
    "  - name: stg_orders\n    config: {freshness: null}\n",
    "models:\n  - name: customers\n    freshness: {build_after: {count: 1}}\n",
    "sources:\n  - name: raw\n    config: {loaded_at_field: x, loaded_at_query: select 1}\n    tables: [{name: orders}]\n",
    "{{ config(freshness={'build_after': {'count': 4, 'period': 'hours'}}) }}\n",
    "{{ config(state={'lag_tolerance': '4h'}) }} select * from {{ ref('stg_orders') }}\n",
    "models:\n  jaffle_shop:\n    +freshness: {build_after: {count: 6, period: hour}}\n",
    "{% macro pause() %}{{ return({'build_after': {'count': 2, 'period': 'day'}}) }}{% endmacro %}\n",
)
_TOKEN: Final = re.compile(r"\w+|\s+|[^\w\s]")


def act(session: Session, rng: random.Random) -> None:
    """Do one thing."""
    doing = rng.choices(
        (
            _edit,
            _edit_project,
            _undo,
            _open,
            _close,
            _save,
            _write_aside,
            _create,
            _delete,
            _rename,
            _move_folder,
        ),
        (60, 8, 8, 6, 3, 4, 5, 3, 2, 2, 1),
    )[0]
    doing(session, rng)


def changed(text: str, rng: random.Random, others: list[str]) -> tuple[int, int, str]:
    """A change of a text: from one offset to another it becomes a third."""
    at = rng.randint(0, len(text))
    tokens = [match.span() for match in _TOKEN.finditer(text)]
    kind = rng.random()
    if kind < 0.2 or not tokens:
        return at, at, rng.choice(_WORDS)
    if kind < 0.35:
        start, end = rng.choice(tokens)
        return start, end, rng.choice(_WORDS)
    if kind < 0.5:
        start, end = rng.choice(tokens)
        return start, end, ""
    if kind < 0.6:
        return at, min(len(text), at + rng.randint(1, 200)), ""
    lines = [0, *(match.end() for match in re.finditer("\n", text))]
    line = rng.choice(lines)
    if kind < 0.75:
        return line, line, rng.choice(_BLOCKS)
    if kind < 0.85:
        end = next((place for place in lines if place > line), len(text))
        return end, end, text[line:end]
    if kind < 0.92:
        source = rng.choice(others) if others else text
        start = rng.randint(0, len(source))
        return at, at, source[start : start + rng.randint(1, 300)]
    if kind < 0.97:
        return at, at, " " * rng.randint(1, 4)
    return 0, len(text), rng.choice([text.replace("\n", "\r\n"), "", text[: at // 2], text * 2])


def _edit(session: Session, rng: random.Random) -> None:
    if not session.buffers or rng.random() < 0.1:
        _open(session, rng)
    if session.buffers:
        _edit_buffer(session, rng.choice(sorted(session.buffers)), rng)


def _edit_project(session: Session, rng: random.Random) -> None:
    session.open("dbt_project.yml")
    _edit_buffer(session, "dbt_project.yml", rng)


def _edit_buffer(session: Session, file: str, rng: random.Random) -> None:
    text = session.buffers[file][-1]
    start, end, new = changed(text, rng, [texts[-1] for _, texts in sorted(session.buffers.items())])
    if len(text) - (end - start) + len(new) > 40_000:
        start, end, new = len(text) // 3, len(text), ""
    session.edit(file, start, end, new)


def _undo(session: Session, rng: random.Random) -> None:
    if session.buffers:
        session.undo(rng.choice(sorted(session.buffers)), rng.randint(1, 8))


def _open(session: Session, rng: random.Random) -> None:
    files = session.files()
    if files and len(session.buffers) < 8:
        session.open(rng.choice(files))


def _close(session: Session, rng: random.Random) -> None:
    if session.buffers:
        session.close(rng.choice(sorted(session.buffers)))


def _save(session: Session, rng: random.Random) -> None:
    if session.buffers:
        session.save(rng.choice(sorted(session.buffers)))


def _write_aside(session: Session, rng: random.Random) -> None:
    files = [file for file in session.files() if file != "dbt_project.yml"]
    if files:
        file = rng.choice(files)
        data = session.on_disk(file)
        text = data.decode("utf-8", "replace")
        start, end, new = changed(text, rng, [])
        data = (text[:start] + new + text[end:]).encode("utf-8", "surrogatepass")
        session.write(file, data[: len(data) // 2] + b"\xff" if rng.random() < 0.05 else data)


def _create(session: Session, rng: random.Random) -> None:
    folder = rng.choice(("models", "models/new", "models/new/deep", "macros", "target/compiled", "elsewhere"))
    name = rng.choice(
        ("one.sql", "two.sql", "three.yml", "stg_orders.sql", "four.py", "five.csv", "six.yaml")
    )
    session.write(f"{folder}/{name}", rng.choice(_BLOCKS).encode())


def _delete(session: Session, rng: random.Random) -> None:
    files = [file for file in session.files() if file != "dbt_project.yml"]
    if len(files) > 10:
        session.delete(rng.choice(files))


def _rename(session: Session, rng: random.Random) -> None:
    files = [file for file in session.files() if file != "dbt_project.yml"]
    if files:
        file = rng.choice(files)
        session.rename(file, str(Path(file).with_name(f"renamed_{rng.randint(1, 9)}{Path(file).suffix}")))


def _move_folder(session: Session, rng: random.Random) -> None:
    if (session.root / "models/new").is_dir():
        session.rename("models/new", f"models/moved_{rng.randint(1, 3)}")
