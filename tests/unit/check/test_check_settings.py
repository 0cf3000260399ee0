from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest

from stateaware.check.settings import PathSettings, combine
from stateaware.check.settings_file import find_settings, read_environment
from stateaware.check.settings_values import KEYS
from stateaware.errors import SettingsError

ROOT = Path(__file__).parents[3]


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def refused(folder: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        find_settings(folder)
    return str(caught.value)


def test_every_key_of_the_schema_is_read_and_no_other() -> None:
    schema = json.loads((ROOT / "schemas" / "stateaware.schema.json").read_text("utf-8"))
    assert set(KEYS) == set(schema["properties"])


def test_a_file_with_every_key(tmp_path: Path) -> None:
    source = write(
        tmp_path,
        "stateaware.toml",
        """\
engine = "fusion"
target = "prod"
vars = { hours = 4 }
env = { REGION = "eu" }
adapter = "Snowflake"
select = ["SA1", "null"]
extend-select = ["sa901"]
ignore = ["SA105"]
fail-on = "warning"
exclude = ["legacy"]
baseline = "known.json"
output = ["text", "sarif=out/x.sarif"]
projects = ["dbt/*"]
now = 2026-11-22T09:00:00Z
cache = false
[severity]
SA105 = "off"
[per-path."models/staging/**"]
ignore = ["SA9"]
severity = { SA1 = "info" }
""",
    )
    settings = combine(find_settings(tmp_path).values)
    assert settings.engine == "fusion"
    assert settings.target == "prod"
    assert settings.vars == {"hours": 4}
    assert settings.env == {"REGION": "eu"}
    assert settings.adapter == "snowflake"
    assert settings.select == ("SA1", "null")
    assert settings.extend_select == ("SA901",)
    assert settings.ignore == ("SA105",)
    assert settings.fail_on == "warning"
    assert settings.exclude == ("legacy",)
    assert settings.baseline == source.parent / "known.json"
    assert settings.output == ("text", f"sarif={tmp_path / 'out' / 'x.sarif'}")
    assert settings.projects == ("dbt/*",)
    assert settings.now == datetime(2026, 11, 22, 9, tzinfo=timezone.utc)
    assert settings.cache is False
    assert settings.severity == (("SA105", "off"),)
    assert settings.per_path == (
        PathSettings("models/staging/**", ignore=("SA9",), severity=(("SA1", "info"),)),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("engin = 1\n", "1: unknown key `engin`; did you mean `engine`?"),
        (
            '\n\nengine = "fuson"\n',
            '3: `engine` must be documented, fusion or core, not "fuson"; did you mean `fusion`?',
        ),
        ("engine = 3\n", "1: `engine` must be documented, fusion or core, not 3"),
        ("cache = 1\n", "1: `cache` must be true or false, not 1"),
        ('select = "SA1"\n', '1: `select` must be a list of texts, not "SA1"'),
        (
            'select = ["SA1"]\nignore = [\n"SA98765"]\n',
            "2: `ignore` names `SA98765`, which is no rule, prefix or group",
        ),
        (
            '[severity]\nSA101 = "eror"\n',
            '2: `severity.SA101` must be error, warning, info or off, not "eror"; did you mean `error`?',
        ),
        (
            '[severity]\nnope = "error"\n',
            "2: `severity.nope` names `nope`, which is no rule, prefix or group",
        ),
        ('[per-path."models/**"]\nselct = []\n', "2: unknown key `selct`; did you mean `select`?"),
        (
            'per-path = { "m" = { severity = { SA101 = 1 } } }\n',
            "1: `per-path.m.severity.SA101` must be error, warning, info or off, not 1",
        ),
        ("per-path = { m = 1 }\n", "1: `per-path.m` must be a table with select, ignore, severity, not 1"),
        ("env = { A = 1 }\n", "1: `env.A` must be a text, not 1"),
        ("vars = 1\n", "1: `vars` must be a table, not 1"),
        ('now = "soon"\n', '1: `now` must be a time with a zone like 2026-11-22T09:00:00Z, not "soon"'),
        (
            "now = 2026-11-22\n",
            "1: `now` must be a time with a zone like 2026-11-22T09:00:00Z, not 2026-11-22",
        ),
        ('output = ["jsn"]\n', "1: `output` names `jsn`, which is no format; did you mean `json`?"),
        ('output = ["json="]\n', "1: `output` lacks a file name after `json=`"),
        ('target = ""\n', '1: `target` must be a text, not ""'),
    ],
)
def test_a_wrong_key_or_value_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, "stateaware.toml", text)
    assert refused(tmp_path) == f"{path}:{message}"


def test_in_pyproject_lines_are_those_of_the_whole_file(tmp_path: Path) -> None:
    path = write(tmp_path, "pyproject.toml", '[project]\nname = "x"\n[tool.stateaware]\nfail_on = "error"\n')
    assert refused(tmp_path) == f"{path}:4: unknown key `fail_on`; did you mean `fail-on`?"


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    path = write(tmp_path, "stateaware.toml", "a = \n")
    assert refused(tmp_path).startswith(f"{path}: not valid TOML: ")
    path.write_bytes(b"\xff\xfe")
    assert refused(tmp_path) == f"{path}: not UTF-8"


def test_a_pyproject_without_our_table_is_no_settings_file(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[project]\nname = 'x'\n")
    assert find_settings(tmp_path).source is None
    write(tmp_path, "pyproject.toml", "broken = [ # but nothing of ours\n")
    assert find_settings(tmp_path).source is None


def test_the_own_file_beats_pyproject_and_says_so(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", '[tool.stateaware]\nengine = "core"\n')
    own = write(tmp_path, "stateaware.toml", 'engine = "fusion"\n')
    found = find_settings(tmp_path)
    assert found.values == {"engine": "fusion"}
    assert found.notices == (f"{own} is used; [tool.stateaware] in pyproject.toml beside it is not",)


def test_the_search_ends_at_the_repository(tmp_path: Path) -> None:
    write(tmp_path, "stateaware.toml", 'engine = "core"\n')
    project = tmp_path / "repository" / "dbt" / "shop"
    project.mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    assert find_settings(project).source is None
    settings = write(tmp_path / "repository", "stateaware.toml", 'engine = "fusion"\n')
    assert find_settings(project).source == settings
    nearer = write(tmp_path / "repository" / "dbt", "stateaware.toml", "")
    assert find_settings(project).source == nearer


def test_without_a_repository_the_search_ends_at_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = write(tmp_path / "work", "stateaware.toml", 'engine = "core"\n')
    write(tmp_path, "stateaware.toml", 'engine = "core"\n')
    project = tmp_path / "work" / "shop"
    project.mkdir()
    monkeypatch.chdir(tmp_path / "work")
    assert find_settings(project).source == settings
    settings.unlink()
    assert find_settings(project).source is None
    monkeypatch.chdir(project)
    assert find_settings(project).source is None


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_environment(
        {
            "STATEAWARE_ENGINE": "core",
            "STATEAWARE_SELECT": "SA1, null",
            "STATEAWARE_VARS": "{hours: 4}",
            "STATEAWARE_CACHE": "0",
            "STATEAWARE_FAIL_ON": "info",
            "STATEAWARE_TARGET": "",
            "STATEAWARE_TOKEN": "somebody else's",
        }
    ) == {
        "engine": "core",
        "select": ("SA1", "null"),
        "vars": {"hours": 4},
        "cache": False,
        "fail-on": "info",
    }


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ENGINE", "v2", 'STATEAWARE_ENGINE must be documented, fusion or core, not "v2"'),
        ("VARS", "[1]", "STATEAWARE_VARS must be a mapping in YAML or JSON, like '{key: value}'"),
        ("VARS", "{", "STATEAWARE_VARS must be a mapping in YAML or JSON, like '{key: value}'"),
        ("CACHE", "maybe", 'STATEAWARE_CACHE must be true or false, not "maybe"'),
    ],
)
def test_wrong_environment(name: str, value: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_environment({f"STATEAWARE_{name}": value})
    assert str(caught.value) == message


def test_layers_combine() -> None:
    file = {"engine": "core", "select": ("SA1",), "ignore": ("SA101",), "vars": {"a": 1, "b": 1}}
    flags = {"ignore": ("SA102",), "vars": {"b": 2}}
    settings = combine(file, {}, flags)
    assert settings.engine == "core"
    assert settings.select == ("SA1",)
    assert settings.ignore == ("SA101", "SA102")
    assert settings.vars == {"a": 1, "b": 2}


def test_select_on_a_stronger_layer_starts_afresh() -> None:
    file = {"extend-select": ("SA4",), "ignore": ("SA101",)}
    settings = combine(file, {"select": ("SA101",), "ignore": ("SA9",)})
    assert settings.select == ("SA101",)
    assert settings.ignore == ("SA9",)
    assert settings.extend_select == ()


@pytest.mark.parametrize(
    "text", ["x = " + "9" * 10_000, "x = " + "[" * 10_000, "x = " + "{a = " * 5_000, "x = 1e999999", "\0"]
)
def test_toml_that_is_too_large_for_the_reader_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "stateaware.toml").write_text(text)
    with pytest.raises(SettingsError, match=r"stateaware\.toml"):
        find_settings(tmp_path)


def test_paths_in_settings_hold_no_nul_and_name_real_homes(tmp_path: Path) -> None:
    for line in ('baseline = "a\\u0000b"', 'baseline = "~nobody_at_all/x"', 'output = ["json=a\\u0000"]'):
        (tmp_path / "stateaware.toml").write_text(line)
        with pytest.raises(SettingsError, match=":1: "):
            find_settings(tmp_path)
