"""Hard input: each gives a finding or a clear message and a documented exit code, in time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from e2e.hostile import PROJECT_FILE, Outcome, run, run_each, write

MEGABYTE = 1_000_000
MODEL = "select 1 as id"
BUILD_AFTER = "freshness: {build_after: {count: 1, period: hour}}"


class Case(NamedTuple):
    """Files, and words that ``check`` prints about them; no words: it finds nothing."""

    files: Mapping[str, bytes | str]
    words: str = ""
    code: int = 1


def laughs(levels: int, wide: int) -> str:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * wide)}]" for n in range(1, levels)]
    return "\n".join(lines) + f"\nmodels: [{{name: m, config: {{freshness: *a{levels - 1}}}}}]\n"


def quadratic(size: int, times: int) -> str:
    return (
        f"a: &a [{'1, ' * size}]\nb: [{'*a, ' * times}]\nmodels: [{{name: m, config: {{freshness: *a}}}}]\n"
    )


def merges(levels: int) -> str:
    lines = ["m0: &m0 {freshness: 1}"]
    lines += [f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}]}}" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


def properties(text: bytes | str) -> dict[str, bytes | str]:
    return {"models/m.sql": MODEL, "models/s.yml": text}


def model(text: bytes | str) -> dict[str, bytes | str]:
    return {"models/m.sql": text}


def configured(value: str) -> dict[str, bytes | str]:
    return properties(f"models:\n  - name: m\n    config:\n      freshness: {value}\n")


def sources(key: str, value: str) -> dict[str, bytes | str]:
    table = f"sources: [{{name: s, tables: [{{name: t, config: {{{key}: '{value}'}}}}]}}]\n"
    return {"models/s.yml": table, "profiles.yml": "shop: {outputs: {dev: {type: snowflake}}, target: dev}\n"}


GOOD = f"models:\n  - name: m\n    config:\n      {BUILD_AFTER}\n"
YAML: dict[str, Case] = {
    "billion laughs": Case(properties(laughs(12, 9)), "more than"),
    "laughs just below a limit": Case(properties(laughs(6, 8)), "SA115"),
    "quadratic aliases": Case(properties(quadratic(20_000, 20_000)), "more than"),
    "merge bomb": Case(properties(merges(12)), "more than"),
    "an anchor inside itself": Case(properties("models: &a\n  - name: m\n    freshness: *a\n"), "alias"),
    "a merge of itself": Case(properties("models:\n  - &a\n    <<: *a\n    name: freshness\n"), "alias"),
    "deep flow": Case(properties("freshness: " + "[" * 100_000), "nested deeper"),
    "deep flow maps": Case(properties("freshness: " + "{a: " * 100_000), "nested deeper"),
    "deep block": Case(properties("".join(" " * n + "freshness:\n" for n in range(2_000))), "nested deeper"),
    "deep lists": Case(properties("freshness:\n" + "- " * 50_000), "nested deeper"),
    "deep question marks": Case(properties("freshness: 1\n" + "? " * 50_000), "nested deeper"),
    "giant scalar": Case(configured("x" * 5 * MEGABYTE), "SA115"),
    "giant quoted scalar": Case(configured('"' + "x\\n" * MEGABYTE + '"'), "SA115"),
    "giant number": Case(configured("{build_after: {count: " + "9" * MEGABYTE + ", period: day}}"), "SA103"),
    "giant key": Case(configured("{" + "x" * MEGABYTE + ": 1}"), "SA601"),
    "long key": Case(configured("{" + "x" * 1000 + ": 1}"), "SA112"),
    "one long line": Case(properties("models: [" + f"{{name: m, config: {{{BUILD_AFTER}}}}}, " * 12_000 + "]"), "SA410"),
    "many lines": Case(properties("\n" * MEGABYTE + GOOD), code=0),
    "many comments": Case(properties("# freshness\n" * 80_000 + GOOD), code=0),
    "many documents": Case(properties("--- {freshness: 1}\n" * 50_000), "SA601"),
    "binary": Case(properties(bytes(range(256)) * 100 + b"freshness"), "UTF-8"),
    "nul bytes": Case(properties(GOOD.encode() + b"\0\0freshness: 1"), "not allowed in YAML"),
    "utf-16": Case(properties(GOOD.encode("utf-16")), "UTF-8"),
    "utf-16 without a mark": Case(properties(GOOD.encode("utf-16-le")), "#x0000 is not allowed"),
    "latin-1": Case(properties((GOOD + "# caf\xe9\n").encode("latin-1")), "UTF-8"),
    "half surrogates": Case(properties(GOOD.encode() + b"# \xed\xa0\x80"), "UTF-8"),
    "byte order mark": Case(properties(GOOD.encode("utf-8-sig")), code=0),
    "two byte order marks": Case(properties(b"\xef\xbb\xbf" + GOOD.encode("utf-8-sig")), code=0),
    "crlf": Case(properties(GOOD.replace("\n", "\r\n").replace("hour", "hours")), "s.yml:4:"),
    "cr": Case(properties(GOOD.replace("\n", "\r").replace("hour", "hours")), "s.yml:4:"),
    "tabs": Case(properties(GOOD.replace("  ", "\t")), "SA601"),
    "unicode line ends": Case(properties(GOOD.replace("\n", "\u2028").replace("hour", "hours")), "SA"),
    "python objects": Case(properties(GOOD + "x: !!python/object/apply:os.system [touch hacked]\n"), "", 0),
    "a list": Case(properties("- freshness\n- 1\n"), "SA601"),
    "a scalar": Case(properties("freshness"), "SA601"),
    "half typed": Case(properties(GOOD[: GOOD.index("count") + 8]), "SA601"),
    "strange keys": Case(properties("models:\n  - {name: m, config: {freshness: {[1]: 2, {a: b}: c, ? : d}}}\n"), "SA"),
    "strange tags": Case(properties("models:\n  - !x {name: !!binary aGk=, config: !y {freshness: !!set {a, b}}}\n"), "SA112"),
}  # fmt: skip

PROJECT_FILES: dict[str, Case] = {
    "empty": Case({"dbt_project.yml": ""}, "SA605"),
    "only comments": Case({"dbt_project.yml": "# nothing\n"}, "SA605"),
    "a list": Case({"dbt_project.yml": "- name: shop\n"}, "SA601"),
    "a scalar": Case({"dbt_project.yml": "shop"}, "SA601"),
    "null": Case({"dbt_project.yml": "~"}, "SA605"),
    "binary": Case({"dbt_project.yml": bytes(range(256))}, "SA603"),
    "utf-16": Case({"dbt_project.yml": PROJECT_FILE.decode().encode("utf-16")}, "SA603"),
    "no name": Case({"dbt_project.yml": "version: 2\n"}, "SA605"),
    "name with slashes": Case({"dbt_project.yml": "name: ../../etc/x\n"}, "SA605", 0),
    "name is a map": Case({"dbt_project.yml": "name: {a: b}\n"}, "SA605"),
    "laughs": Case({"dbt_project.yml": PROJECT_FILE + laughs(12, 9).encode()}, "more than"),
    "deep": Case({"dbt_project.yml": PROJECT_FILE + b"models: " + b"{a: " * 50_000}, "nested deeper"),
    "deep tree": Case({"dbt_project.yml": PROJECT_FILE + b"models: " + b"{a: " * 90 + b"{+freshness: 1}" + b"}" * 90}, "SA"),
    "wide tree": Case(
        {"dbt_project.yml": PROJECT_FILE + b"models:\n" + b"".join(b"  f%d: {+freshness: null}\n" % n for n in range(10_000))},
        code=0,
    ),
    "paths are maps": Case({"dbt_project.yml": PROJECT_FILE + b"model-paths: {a: b}\n", **configured("1")}, "SA115"),
    "paths leave the project": Case({"dbt_project.yml": PROJECT_FILE + b"model-paths: ['../../../../../../proc/self/fd', '/dev/fd', '/']\n"}, code=0),
    "path is the project": Case({"dbt_project.yml": PROJECT_FILE + b"model-paths: ['.', './', '..', '']\n"}, code=0),
    "paths with nul": Case({"dbt_project.yml": PROJECT_FILE + b'model-paths: ["a\\0b"]\npackages-install-path: "\\0"\n'}, code=0),
    "long paths": Case({"dbt_project.yml": PROJECT_FILE + b"model-paths: [" + b"x" * 10_000 + b"]\npackages-install-path: " + b"y" * 9_000}, code=0),
    "tilde": Case({"dbt_project.yml": PROJECT_FILE + b"model-paths: ['~', '~root', '$HOME']\n"}, code=0),
}  # fmt: skip

JINJA = [
    "{{ ''.__class__.__mro__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ config.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('touch hacked').read() }}",
    "{{ self._TemplateReference__context }}",
    "{{ (1).__class__.__base__ }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ '%s'.format.__globals__ }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ modules.datetime.sys.modules }}",
    "{{ modules['os'] }}",
    "{% for i in range(10**9) %}x{% endfor %}",
    "{% for i in range(10**9) %}{% for j in range(10**9) %}{{ config(freshness=none) }}{% endfor %}{% endfor %}",
    "{{ 'a' * 10**9 }}",
    "{{ [0] * 10**9 }}",
    "{{ 10**10**10 }}",
    "{{ 9**9**9**9 }}",
    "{{ range(10**12) | list | length }}",
    "{{ 'x'.center(10**10) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '{:>1000000000}'.format(1) }}",
    "{{ 'a' | replace('', 'b' * 100000) | replace('b', 'c' * 100000) }}",
    "{{ modules.re.match('(a|a)*$', 'a' * 50 ~ 'b') }}",
    "{{ modules.itertools.count() | list }}",
    "{% macro r() %}{{ r() }}{% endmacro %}{{ r() }}",
    "{% macro r(n) %}{{ r(n) }}{{ r(n) }}{% endmacro %}{{ r(1) }}",
    "{% include '/etc/passwd' %}",
    "{% import '/etc/passwd' as p %}{{ p }}",
    "{% extends '/etc/passwd' %}",
    "{{ env_var('DBT_ENV_SECRET_X') }}",
    "{{ env_var('DBT_ENV_SECRET_X') | upper | list }}",
    "{{ env_var('DBT_ENV_SECRET_X')[0:3] ~ 'x' }}",
    "{{ exceptions.raise_compiler_error(env_var('DBT_ENV_SECRET_X')) }}",
    "{{ run_query('drop table x') }}",
    "{{ fromyaml('&a [*a, *a]') }}",
    "{% set x = [] %}{% do x.append(x) %}{{ x }}",
    "{% set x = {} %}{% do x.update({'x': x}) %}{{ x }}",
    "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
    "{{ " + "not " * 15_000 + "1 }}",
    "{{ " + "1 + " * 15_000 + "1 }}",
    "{{ " + "-" * 15_000 + "1 }}",
    "{{ x" + ".a" * 15_000 + " }}",
    "{{ x" + "|upper" * 15_000 + " }}",
    "{% if x %}" * 5_000,
    "{% raw %}" * 50_000,
    "{# " * 50_000,
    "{{ '" * 50_000,
    "{%" * 50_000,
    "{{ lipsum(100000) }}",
    "{{ loop(1) }}",
    "{{ caller() }}",
    "{% set ns = namespace() %}{% set ns.__class__ = 1 %}",
    "{{ print('x') }}{{ log('x', info=True) }}",
    "{{ debug() }}",
]
SQL: dict[str, Case] = {
    "one long line": Case(model("select " + "1, " * 350_000 + f"{{{{ config({BUILD_AFTER.replace(': {', '={', 1)}) }}}} 1"), "SA"),
    "binary": Case(model(bytes(range(256)) * 50 + b"{{ config(freshness=1) }}"), "UTF-8"),
    "utf-16": Case(model("{{ config(freshness=1) }}".encode("utf-16")), "UTF-8"),
    "nul bytes": Case(model("{{ config(freshness=\0) }}"), "SA602"),
    "no end": Case(model("{{ config(freshness={'build_after': "), "SA602"),
    "many refs": Case(model("{{ ref('m') }}" * 50_000), code=0),
    "many configs": Case(model("{{ config(freshness=none) }}\n" * 20_000), code=0),
    "cyclic refs": Case({"models/a.sql": "{{ config(freshness={'build_after': {'count': 1, 'period': 'hour'}}) }} {{ ref('b') }}",
                         "models/b.sql": "{{ config(freshness={'build_after': {'count': 1, 'period': 'hour'}}) }} {{ ref('a') }}"}, code=0),
    "a ref to itself": Case(model("{{ config(freshness={'build_after': {'count': 1, 'period': 'hour'}}) }} {{ ref('m') }}"), code=0),
    "recursive macros": Case({**model("{{ a() }} {{ config(freshness=a()) }}"), "macros/m.sql": "{% macro a() %}{{ b() }}{{ config() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}"}, "", 0),
    "python too deep": Case({"models/p.py": "def model(dbt, session):\n    dbt.config(freshness=" + "-" * 50_000 + "1)\n    return 1\n"}, "SA602"),
    "python that would run": Case({"models/p.py": "import os; os.system('touch hacked')\ndef model(dbt, session):\n    dbt.config(freshness=1)\n    return 1\n"}, "SA"),
    "python with odd escapes": Case({"models/p.py": "def model(dbt, session):\n    dbt.config(freshness='\\d')\n    x = 1 is 1\n    return 1if x else 2\n"}, "SA"),
    "query with a bomb": Case(sources("loaded_at_query", "select (" * 2_400), code=0),
    "field with a bomb": Case(sources("loaded_at_field", "(" * 19_000), code=0),
    "long query": Case(sources("loaded_at_query", "select " + "a + " * 4_900 + "1"), code=0),
    "longer query": Case(sources("loaded_at_query", "select " + "a + " * 400_000 + "1"), code=0),
}  # fmt: skip


def check(root: Path, case: Case) -> Outcome:
    outcome = run("check", cwd=root, codes=(case.code,))
    assert case.words in outcome.out
    return outcome


def others(root: Path) -> None:
    """The other commands behave as well."""
    resolved, *_ = run_each(["resolve", "ls", "explain m", "check --collect-only -q"], cwd=root)
    assert json.loads(resolved.out)["schema_version"] == 1


@pytest.mark.parametrize("name", YAML)
def test_properties_files(name: str, tmp_path: Path) -> None:
    root = write(tmp_path / "p", YAML[name].files)
    check(root, YAML[name])
    others(root)
    assert not (root / "hacked").exists()


@pytest.mark.parametrize("name", PROJECT_FILES)
def test_project_files(name: str, tmp_path: Path) -> None:
    root = write(tmp_path / "p", PROJECT_FILES[name].files)
    check(root, PROJECT_FILES[name])
    others(root)


@pytest.mark.parametrize("name", SQL)
def test_model_files(name: str, tmp_path: Path) -> None:
    root = write(tmp_path / "p", SQL[name].files)
    check(root, SQL[name])
    others(root)
    assert not (root / "hacked").exists()


@pytest.mark.parametrize("first", range(0, len(JINJA), 8))
def test_jinja(first: int, tmp_path: Path) -> None:
    root = write(tmp_path / "p", hostile_jinja(JINJA[first : first + 8]))
    check(root, Case({}, "SA"))
    others(root)
    assert not (root / "hacked").exists()


def hostile_jinja(templates: list[str]) -> dict[str, bytes | str]:
    """Each template everywhere: in code, macros, properties, dbt_project.yml and its variables."""
    files: dict[str, bytes | str] = {}
    tree, entries, tables, variables = [], [], [], []
    for number, template in enumerate(templates):
        quoted = json.dumps(template)
        inner = template.strip("{}% ")
        files[f"models/f{number}/whole_{number}.sql"] = template + "{{ config(freshness=x()) }}"
        files[f"models/f{number}/inner_{number}.sql"] = f"{{{{ config(freshness={inner}) }}}}"
        files[f"models/f{number}/macro_{number}.sql"] = (
            f"{{{{ config(freshness=mac_{number}()) }}}}{{{{ mac_{number}() }}}}{{{{ var('v{number}') }}}}"
        )
        files[f"macros/m{number}.sql"] = (
            f"{{% macro mac_{number}() %}}{template}{{{{ config(freshness=none) }}}}{{% endmacro %}}"
        )
        tree.append(f"    f{number}: {{+freshness: {quoted}, +state: {{lag_tolerance: {quoted}}}}}")
        entries.append(f"  - {{name: whole_{number}, config: {{freshness: {quoted}}}}}")
        entries.append(f"  - {{name: {quoted}, config: {{freshness: {{build_after: {{count: {quoted}}}}}}}}}")
        tables.append(
            f"  - {{name: s{number}, tables: [{{name: {quoted}, config: {{loaded_at_field: {quoted}, freshness: {quoted}}}}}]}}"
        )
        variables.append(f"  v{number}: {quoted}")
    files["models/s.yml"] = "\n".join(["models:", *entries, "sources:", *tables, ""])
    files["dbt_project.yml"] = (
        PROJECT_FILE + "\n".join(["vars:", *variables, "models:", "  shop:", *tree, ""]).encode()
    )
    return files
