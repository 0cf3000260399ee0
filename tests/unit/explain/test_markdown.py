"""The Markdown of an explanation says what ``explain`` says, word for word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stateaware.explain import explain_node, render_explanation
from stateaware.explain.markdown import escape, explanation_markdown, fenced
from stateaware.explain.yaml_block import value_yaml
from stateaware.text.span import Span
from written import PROJECT, make_project

TREE = PROJECT + (
    "models:\n  shop:\n    +freshness: {build_after: {count: 1, period: day}}\n"
    "    marts:\n      +freshness: {build_after: {count: 1, period: hour}}\n"
)
SOURCES = (
    "sources:\n  - name: raw\n    config:\n      loaded_at_field: _at\n"
    "      freshness: {warn_after: {count: 6, period: hour}, filter: 'a > 1'}\n"
    "    tables:\n      - name: pay\n        config: {freshness: {error_after: {count: 1, period: day}}}\n"
)
FILES: dict[str, str | bytes] = {
    "dbt_project.yml": TREE,
    "models/marts/fct.sql": "select * from {{ ref('stg_a') }} join {{ source('raw', 'pay') }} using (id)",
    "models/stg_a.sql": "{{ config(freshness=none) }} select 1 as id",
    "models/today.sql": "{{ config(freshness={'build_after': {'count': modules.datetime.date.today().day, 'period': 'day'}}) }}",
    "models/bad.sql": "{{ config(freshness={'build_after': {'count': 4, 'period': 'hours'}}, state={'lag_tolerance': '4h'}) }}",
    "models/marts/_marts.yml": "models:\n  - name: fct\n    config:\n"
    "      freshness: {build_after: {count: 4, period: hour, updates_on: all}}\n" + SOURCES,
}


def link(file: str, span: Span | None) -> str:
    return f"file:///p/{file}" + (f"#L{span.line}" if span is not None else "")


def words(text: str) -> list[str]:
    """The words of Markdown or of the terminal's text, without marks."""
    text = re.sub(r"```yaml\n.*?\n```", "", text, flags=re.DOTALL)
    text = re.sub(r"\]\(file:[^)]*\)", "", text)
    return re.findall(r"[\w.:/']+", text.replace("\\", "").replace(":*", ":").replace(" · ", " "))


@pytest.mark.parametrize("engine", ["documented", "fusion", "core"])
@pytest.mark.parametrize("name", ["fct", "stg_a", "today", "bad", "pay"])
def test_the_words_are_those_of_the_terminal(tmp_path: Path, engine: str, name: str) -> None:
    project = make_project(tmp_path, FILES, engine)
    node = next(node for node in project.nodes.values() if node.name == name)
    explanation = explain_node(project, node)
    markdown = explanation_markdown(project, explanation, link)
    assert words(markdown) == words(render_explanation(project, explanation))


def test_word_for_word(tmp_path: Path) -> None:
    project = make_project(tmp_path, FILES)
    explanation = explain_node(project, project.models["model.shop.fct"])
    assert explanation_markdown(project, explanation, link) == (
        "**model.shop.fct** [models/marts/fct.sql](file:///p/models/marts/fct.sql)\n\n"
        "**build_after** 4 hours, when all parents have new data\n\n"
        "```yaml\nfreshness:\n  build_after:\n    count: 4\n    period: hour\n    updates_on: all\n```\n\n"
        "- [models/marts/\\_marts.yml:4](file:///p/models/marts/_marts.yml#L4) · properties · 4 hours, all · **in force**\n"
        "- [dbt_project.yml:8](file:///p/dbt_project.yml#L8) · folder marts · 1 hour, any · shadowed\n"
        "- [dbt_project.yml:6](file:///p/dbt_project.yml#L6) · project shop · 1 day, any · shadowed\n\n"
        "the same on dbt v2 and dbt Core 1.11\n\n"
        "**parents** stg_a (no build_after), source raw.pay (loaded_at_field \\_at)\n\n"
        "**so** builds at most every 4 hours, and only when both parents have new data since its last build, "
        "or its code changed"
    )


def test_names_are_no_markup() -> None:
    assert escape("a*b [x](y) <b> `c`\r\n# d_e _f") == r"a\*b \[x\](y) \<b\> \`c\` # d_e \_f"
    assert fenced("a ``` b", "yaml") == "````yaml\na ``` b\n````"


def test_a_value_as_yaml() -> None:
    value = {"warn_after": {"count": 6, "period": "hour"}, "error_after": {"count": None, "period": None}}
    assert value_yaml("freshness", value) == "freshness:\n  warn_after:\n    count: 6\n    period: hour"
    assert value_yaml("freshness", None) == ""
    assert value_yaml("freshness", {"build_after": {}}) == ""
    assert value_yaml("loaded_at_field", "yes") == "loaded_at_field: 'yes'"
