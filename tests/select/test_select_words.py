"""What is said of a selection that cannot be, and what the recorded project has no case of."""

from __future__ import annotations

from pathlib import Path

import pytest
from replay import graph_of

from stateaware.errors import SelectionError, UsageError
from stateaware.select.patterns import matcher, path_matcher
from stateaware.select.resource import Resource
from stateaware.select.selectable import Selectable
from stateaware.select.selection import select
from stateaware.select.selectors import Selectors, load_selectors, read_selectors


@pytest.mark.parametrize(
    ("written", "message", "remedy"),
    [
        ("tags:x", "`tags:x`: there is no selection method `tags`", "Did you mean `tag`?"),
        ("http://x", "`http://x`: there is no selection method `http`", "The methods are fqn"),
        ("@a+", "`@a+`: a leading `@` and a trailing `+` exclude one another", "all children"),
        ("source:a.b.c.d", "`source:a.b.c.d`: `a.b.c.d` has too many parts", "source.table"),
        ("exposure:a.b.c", "`exposure:a.b.c`: `a.b.c` has too many parts", "package.exposure"),
        ("resource_type:modle", "`resource_type` has no `modle`", "Did you mean `model`?"),
        ("test_type:genric", "`test_type` has no `genric`", "Did you mean `generic`?"),
        ("version:newest", "`version` has no `newest`", "latest"),
        ("state:modifed", "`state` has no `modifed`", "Did you mean `modified`?"),
        ("state:modified+", "`state:modified+` needs another manifest", "dbt ls"),
        ("result:error", "needs the run_results.json", "dbt ls"),
        ("source_status:fresher", "needs two sources.json files", "dbt ls"),
        ("path:/models", "a path is relative to the project", "`models`"),
        ("9999999999+a", "999… is no depth", "smaller"),
        ("selector:x", "there is no selector `x`", "selectors.yml"),
    ],
)
def test_what_cannot_be_selected_is_told(written: str, message: str, remedy: str) -> None:
    with pytest.raises(UsageError) as caught:
        select(graph_of("core"), [written])
    assert message in caught.value.message.replace("9999999", "")
    assert remedy in caught.value.remedy


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ("{method: tags, value: x}", "selectors.yml:3: there is no selection method `tags`"),
        ("{tags: x}", "selectors.yml:3: there is no selection method `tags`"),
        ('"tags:x"', "selectors.yml:3: `tags:x`: there is no selection method `tags`"),
        ("[a]", "selectors.yml:3: `definition` must not be a list"),
        ("{union: a}", "selectors.yml:3: `union` must be a list"),
        ("{union: [a], exclude: [b]}", "selectors.yml:3: nothing can stand beside `union`"),
        (
            "{union: [a, {exclude: [b]}, {exclude: [c]}]}",
            "selectors.yml:3: a second `exclude` in one `union`",
        ),
        ("{union: [[a]]}", "selectors.yml:3: a definition is text or a map"),
        ("{method: selector, value: other}", "selectors.yml:3: there is no selector `other`"),
        ("{method: tag, parents: true}", "needs `method` and `value`"),
        ("{exclude: [a]}", "selectors.yml:3: `exclude` alone selects nothing"),
        ("{method: fqn, value: a, children: true, childrens_parents: true}", "exclude one another"),
        ("{method: fqn, value: a, parents: true, parents_depth: x}", "`parents_depth` must be a number"),
        ("{method: fqn, value: a, indirect_selection: eagre}", "`eagre` is no mode"),
        ("\"{{ var('x') }}\"", "what this Jinja gives is not known here"),
        ("7", "a definition is text or a map"),
    ],
)
def test_a_wrong_selector_is_told_with_its_line(definition: str, message: str) -> None:
    with pytest.raises(SelectionError) as caught:
        read_selectors(f"selectors:\n  - name: one\n    definition: {definition}\n")
    assert message in caught.value.message


@pytest.mark.parametrize(
    "text", ["selectors: {}", "- a", "a: [", "selectors:\n  - 1", "x: 1", "selectors: [{name: a}]"]
)
def test_a_file_of_another_shape_is_told(text: str) -> None:
    with pytest.raises(SelectionError):
        read_selectors(text)


def test_names_are_suggested() -> None:
    selectors = read_selectors('selectors: [{name: nightly, definition: "tag:nightly"}]')
    with pytest.raises(SelectionError, match="Did you mean `nightly`"):
        select(graph_of("core"), selector="nihgtly", selectors=selectors)
    with pytest.raises(SelectionError, match=r"selectors\.yml is missing or names no selector"):
        select(graph_of("core"), selector="nightly")


def test_a_project_without_selectors(tmp_path: Path) -> None:
    assert load_selectors(tmp_path) == Selectors()
    (tmp_path / "selectors.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SelectionError, match="UTF-8"):
        load_selectors(tmp_path)


def test_a_selector_is_a_criterion_like_any_other() -> None:
    selectors = read_selectors('selectors: [{name: one, definition: "fct_orders"}]')

    def found(written: str) -> frozenset[str]:
        return select(graph_of("core"), [written], selectors=selectors, indirect="empty").unique_ids

    assert found("selector:one") == {"model.shop.fct_orders"}
    assert found("1+selector:one") == found("1+fct_orders")
    assert found("selector:one,tag:core") == found("selector:one")


def test_selectors_inherited_again_and_again_are_worked_out_once() -> None:
    lines = ["selectors:", "  - {name: s0, definition: stg_orders}"]
    lines += [
        f"  - {{name: s{n}, definition: {{union: [{{method: selector, value: s{n - 1}}}, {{method: selector, value: s{n - 1}}}]}}}}"
        for n in range(1, 1500)
    ]
    selectors = read_selectors("\n".join(lines))
    found = select(graph_of("core"), selector="s1499", selectors=selectors)
    assert "model.shop.stg_orders" in found.unique_ids


def test_artifacts_can_be_given() -> None:
    known = {
        "state:modified": ["model.shop.stg_orders", "model.shop.gone"],
        "result:error": {"model.shop.revenue"},
    }
    found = select(
        graph_of("core"), ["state:modified+1,tag:core", "result:error"], known=known, indirect="empty"
    )
    assert found.unique_ids == {"model.shop.fct_orders", "model.shop.revenue"}


def test_what_matches_nothing_is_told_once() -> None:
    found = select(graph_of("core"), ["nowhere stg_orders nowhere"], ["tag:none", "nowhere"])
    assert found.unmatched == ("nowhere", "tag:none")


def test_disabled_resources_and_unknown_parents_are_not_there() -> None:
    one = Resource(
        "model.a.x", "model", "x", ("a", "x"), "models/x.sql", "a", parents=("model.a.gone", "model.a.off")
    )
    off = Resource("model.a.off", "model", "off", ("a", "off"), "models/off.sql", "a", enabled=False)
    assert select(Selectable([one, off]), ["+x", "off"]).unique_ids == {"model.a.x"}


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("models", "models", True),
        ("./models/", "models", True),
        ("models/*", "models/a/b", False),
        ("models/**", "models/a/b", True),
        ("models/**", "models", True),
        ("**/b", "models/a/b", True),
        ("models/**/b", "models/b", True),
        ("models/**/b", "models/a/c", False),
        ("models/[!a]", "models/a", False),
        ("models/?", "models/a", True),
        ("models/*", "modelsx/a", False),
        ("models\\a", "models/a", True),
        ("**/**/**", "a/b", True),
    ],
)
def test_paths_with_wildcards(pattern: str, path: str, expected: bool) -> None:
    assert path_matcher(pattern)(path) is expected


def test_hostile_patterns_take_no_time() -> None:
    assert not matcher("*a" * 40 + "b")("a" * 200)
    assert not path_matcher("**/" * 40 + "b")("/".join("a" * 200))
    assert not path_matcher("*a" * 40 + "b/c")("a" * 200 + "/c")
    assert not matcher("[z-a]")("b")
