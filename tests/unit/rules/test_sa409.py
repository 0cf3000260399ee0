"""SA409 to SA414: things that are there twice, not at all, or under a key that is no text."""

from __future__ import annotations

import pytest

from unit.rules.checks import ENGINES, Check, Fixed, only
from unit.rules.projects import fixed, marked
from unit.rules.yaml_files import PROJECT, model, tree

DAY = "{build_after: {count: 1, period: day}}"
CONFIG = f"{{freshness: {DAY}}}"


def test_a_key_written_twice(check: Check) -> None:
    files = {
        "models/s.yml": f"models:\n  - name: orders\n    config: {CONFIG}\n    config:\n      tags: [a]\n",
        "models/orders.sql": "select 1",
    }
    for engine, severity, codes in (
        ("documented", "error", ("dbt1059", "DuplicateYAMLKeysDeprecation")),
        ("fusion", "error", ("dbt1059",)),
        ("core", "warning", ("DuplicateYAMLKeysDeprecation",)),
    ):
        finding = only(check(files, engine))
        assert (finding.code, finding.severity, finding.engine_codes) == ("SA409", severity, codes)
        assert finding.message == "`config` is written twice here, and only the last one counts"
        assert finding.place.span is not None
        assert finding.place.span[:2] == (4, 5)
        assert finding.related[0].place.span == (3, 5, 3, 11)


def test_in_dbt_project_yml(check: Check) -> None:
    files = tree(f"+freshness: {DAY}\n    +freshness: {{build_after: {{count: 2, period: day}}}}")
    assert [f.code for f in check(files, "fusion")] == ["SA409"]
    assert check(model(DAY), select="SA409") == []


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_model_in_two_entries(check: Check, engine: str) -> None:
    entry = f"models:\n  - name: orders\n    config: {CONFIG}\n"
    files = {"models/a.yml": entry, "models/b.yml": entry, "models/orders.sql": "select 1"}
    finding = only(check(files, engine))
    assert (finding.code, finding.severity) == ("SA410", "error")
    assert finding.message == "model `orders` is described a second time in `models/b.yml`"
    assert (finding.place.file, marked(finding, files)) == ("models/a.yml", "orders")
    assert [one.place.file for one in finding.related] == ["models/b.yml"]
    codes = {"fusion": ("dbt1005",), "core": ("DuplicatePatchPathError",)}
    assert finding.engine_codes == codes.get(engine, ("dbt1005", "DuplicatePatchPathError"))
    here = {"models/a.yml": f"{entry}  - name: orders\n", "models/orders.sql": "select 1"}
    assert (
        only(check(here, engine, "SA410")).message == "model `orders` is described a second time in this file"
    )


def test_a_versioned_model_in_two_entries(check: Check) -> None:
    entry = f"models:\n  - name: m\n    config: {CONFIG}\n    versions: [{{v: 1}}]\n"
    files = {"models/a.yml": entry, "models/b.yml": entry, "models/m_v1.sql": "select 1"}
    assert [f.code for f in check(files, "fusion")] == ["SA410"]


def test_an_entry_without_a_model(check: Check, fix: Fixed) -> None:
    files = {
        "models/s.yml": f"models:\n  - name: Orders\n    config: {CONFIG}\n",
        "models/orders.sql": "select 1",
    }
    for engine in ENGINES:
        finding = only(check(files, engine))
        assert (finding.code, finding.severity, marked(finding, files)) == ("SA411", "warning", "Orders")
        assert finding.message == "there is no model `Orders`, so nothing of this entry is in force"
        assert finding.hint == "did you mean `orders`?"
    assert "name: orders\n" in fix(files, "SA411")["models/s.yml"]


def test_entries_that_say_nothing_of_freshness(check: Check) -> None:
    files = {"models/s.yml": "models:\n  - name: gone\n    description: x\n", "models/a.sql": "select 1"}
    assert check(files) == []
    assert [f.code for f in check(files, "fusion", everything=True)] == ["SA411"]


def test_an_entry_for_a_packages_model(check: Check) -> None:
    files = {
        "packages.yml": "packages:\n  - local: dep\n",
        "dep/dbt_project.yml": "name: dep\n",
        "dep/models/m.sql": "select 1",
        "models/s.yml": f"models:\n  - name: m\n    config: {CONFIG}\n",
    }
    finding = only(check(files))
    assert finding.message == (
        "`m` is a model of the package `dep`, which a properties file of the root project does not reach"
    )
    assert (finding.hint, finding.fixes) == ("set it in dbt_project.yml, below `models: dep:`", ())
    assert check(files, "core") == []


def test_the_same_table_twice(check: Check) -> None:
    entry = "sources:\n  - name: raw\n    tables:\n      - name: t\n"
    files = {"models/a.yml": entry, "models/b.yml": entry}
    for engine, severity, file in (
        ("documented", "warning", "models/b.yml"),
        ("fusion", "warning", "models/b.yml"),
        ("core", "error", "models/a.yml"),
    ):
        finding = only(check(files, engine))
        assert (finding.code, finding.severity, finding.place.file) == ("SA412", severity, file)
        assert marked(finding, files) == "t"
    off = {**files, "models/b.yml": f"{entry}        config: {{enabled: '{{{{ target.name == 1 }}}}'}}\n"}
    assert check(off, select="SA412") == []


def test_two_models_of_a_name(check: Check) -> None:
    files = {"models/a/orders.sql": "select 1", "models/b/orders.sql": "select 1"}
    for engine in ENGINES:
        finding = only(check(files, engine))
        assert (finding.code, finding.severity, finding.place.file) == (
            "SA413",
            "error",
            "models/b/orders.sql",
        )
    off = "{{ config(enabled=false) }} select 1"
    assert check({**files, "models/b/orders.sql": off}, select="SA413") == []
    by_folder = {
        **files,
        "dbt_project.yml": f"{PROJECT}models:\n  shop:\n    a:\n      +enabled: \"{{{{ target.name == 'x' }}}}\"\n",
    }
    assert check(by_folder, select="SA413") == []


@pytest.mark.parametrize(
    ("key", "severities"),
    [
        ("2024", ("error", "error", "error")),
        ("true", ("error", "error", "error")),
        ("on", ("warning", None, "error")),
        ("2024-01-01", ("warning", None, "error")),
        ("'2024'", (None, None, None)),
        ("v1", (None, None, None)),
    ],
)
def test_keys_that_are_no_text(check: Check, key: str, severities: tuple[str | None, ...]) -> None:
    files = tree(f"{key}: {{+freshness: {DAY}}}")
    for engine, severity in zip(ENGINES, severities, strict=True):
        found = [(f.severity, marked(f, files)) for f in check(files, engine, "SA414")]
        assert found == ([(severity, key)] if severity else [])


def test_they_are_quoted(fix: Fixed) -> None:
    files = tree(f"2024: {{+freshness: {DAY}}}", **{"models/2024/a.sql": "select 1"})
    assert "    '2024': {" in fix(files, "SA414")["dbt_project.yml"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_first_of_two_equal_lines_can_be_removed(check: Check, engine: str, end: str) -> None:
    line = "    description: same  # both\n"
    text = f"models:\n  - name: m\n{line}\n    config: {{}}\n{line}"
    files = {"models/s.yml": text.replace("\n", end), "models/m.sql": "select 1"}
    finding = only(check(files, engine, "SA409", everything=True))
    (fix,) = finding.fixes
    assert (fix.safe, finding.hint) == (True, "remove one of them")
    after = fixed(files, fix)
    gone = text.replace(line, "", 1)
    assert after["models/s.yml"] == gone.replace("\n", end)
    assert check(after, engine, everything=True) == []


@pytest.mark.parametrize(
    "twice",
    [
        "    description: one\n    description: two\n",
        "    config:\n      tags: [a]\n    config:\n      tags: [a]\n",
        "    tests:\n    - unique\n    tests:\n    - unique\n",
        "    meta: {a: 1,\n    b: 2}\n    meta: {a: 1,\n    b: 2}\n",
        "    description: &d same\n    description: &d same\n",
        "    description: |\n      a\n    description: |\n      b\n",
    ],
)
def test_what_differs_or_goes_on_below_is_not_removed(check: Check, twice: str) -> None:
    files = {"models/s.yml": f"# freshness\nmodels:\n  - name: m\n{twice}", "models/m.sql": "select 1"}
    assert [one.fixes for one in check(files, select="SA409", everything=True)] == [()]
