"""What inputs are made from: the projects of the recorded cases and the examples, and words that matter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["properties", "project", "sql", "python", "settings", "profiles", "packages"]
Files: TypeAlias = dict[str, bytes]

_TOP: Final = Path(__file__).parents[2]
_TEXT: Final = (".yml", ".yaml", ".sql", ".py", ".toml")
MOST_BYTES: Final = 64 * 1024
"""Larger files of the corpus are left out: an input should be read in milliseconds."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A whole small project that is read without trouble before it is mutated."""

    name: str
    files: Files


def kind_of(path: str) -> Kind:
    """What a file is read as."""
    name = path.rsplit("/", 1)[-1]
    if name == "dbt_project.yml":
        return "project"
    if name in ("packages.yml", "dependencies.yml"):
        return "packages"
    if name == "profiles.yml":
        return "profiles"
    if name.endswith(".toml"):
        return "settings"
    if name.endswith(".py"):
        return "python"
    return "properties" if name.endswith((".yml", ".yaml")) else "sql"


PROFILES: Final = b"""\
shop:
  target: "{{ env_var('FUZZ_TARGET', 'dev') }}"
  outputs:
    dev: {type: duckdb, path: x.db}
    prod:
      type: snowflake
      password: "{{ env_var('DBT_ENV_SECRET_FUZZ') }}"
default: {outputs: {default: {type: postgres}}}
"""
PACKAGES: Final = b"""\
packages:
  - local: ./pkgs/dep
  - local: ../somewhere
  - package: dbt-labs/dbt_utils
    version: [">=1.0.0", "<2.0.0"]
  - git: "https://example.com/a/b.git"
    subdirectory: c/d
    revision: main
"""
SETTINGS: Final = b"""\
engine = "documented"
target = "dev"
adapter = "snowflake"
ignore = ["SA105"]
fail-on = "warning"
exclude = ["models/legacy/**"]
now = "2026-11-22T09:00:00+01:00"

[vars]
hours = 4

[env]
FUZZ_HOURS = "6"

[severity]
SA101 = "error"

[per-path."models/x/**"]
ignore = ["SA1"]
severity = {SA3 = "info"}
"""
MODEL: Final = b"""\
{{ config(materialized='table', freshness={'build_after': {'count': var('hours', 4) | int, 'period': 'hour'}}) }}
{% set days = 3 %}
{%- macro local(a, b=1) -%} {{ a }} {%- endmacro -%}
-- stateaware: ignore[SA101] because
select {{ local(1) }} as id, {{ days }} as d
from {{ ref('a') }} join {{ source('raw', 'orders') }} using (id)
{% if target.name == 'prod' %} where {{ is_incremental() }} {% else %} {# nothing #} {% endif %}
"""
MACROS: Final = b"""\
{% macro fresh(hours) %}
  {{ config(freshness={'build_after': {'count': hours, 'period': 'hour'}}) }}
{% endmacro %}
{% macro minutes(n=1) %}{{ return(n * 60) }}{% endmacro %}
{% macro loop(n) %}{% for i in range(n) %}{{ i }}{% endfor %}{% endmacro %}
"""
PYTHON: Final = b"""\
import datetime as dt

def model(dbt, session):
    dbt.config(materialized="table", freshness={"build_after": {"count": 4, "period": "hour"}})
    # stateaware: ignore[SA101]
    a = dbt.ref("a", v=1)
    b = dbt.source("raw", "orders")
    c = [x for x in (1, -2, 3.5, None, True, "x" "y", f"{a}")]
    return a.join(b)
"""
LAYERED: Final = b"""\
version: 2
x-anchors:
  - &hourly {count: 1, period: hour}
models:
  - name: a
    config: {freshness: {build_after: {<<: *hourly, updates_on: all}}}
  - name: b  # stateaware: ignore[SA102] on purpose
    config:
      freshness:
        build_after: {count: "{{ var('hours') }}", period: day}
      state: {lag_tolerance: 1h 30m, require_fresh_data_from: any, pre_clone: never}
    versions:
      - v: 1
      - v: 2
        config: {freshness: null}
sources:
  - name: raw
    config: {loaded_at_field: _at, freshness: {warn_after: *hourly}}
    freshness: {error_after: {count: 2, period: day}, filter: a > 1}
    tables:
      - name: orders
        loaded_at_query: select max(x) from {{ this }}
        config: {freshness: {error_after: {count: 1, period: minute}, warn_after: null}}
      - name: payments
        freshness: null
"""
PROJECT: Final = b"""\
name: shop
version: '1.0'
profile: shop
require-dbt-version: [">=1.9.0", "<3.0.0"]
model-paths: [models]
vars: {hours: 4, shop: {days: "{{ 1 }}"}}
models:
  +freshness: {build_after: {count: 1, period: day}}
  shop:
    marts: {+state: {lag_tolerance: 2h}, freshness: null}
    x:
      +freshness: "{{ none if target.name == 'dev' else {'build_after': {'count': 1, 'period': 'hour'}} }}"
sources:
  shop: {raw: {+loaded_at_field: _at, +freshness: {warn_after: {count: 1, period: day}}}}
"""


@cache
def seeds() -> tuple[Seed, ...]:
    """All projects, in a stable order; the first holds every kind of file."""
    whole: Files = {
        "dbt_project.yml": PROJECT,
        "models/a.sql": b"{{ config(state={'lag_tolerance': '1h'}) }} select 1 as id",
        "models/b_v1.sql": b"{{ fresh(minutes(2)) }} select 1 as id",
        "models/b_v2.sql": MODEL,
        "models/x/c.sql": MODEL,
        "models/x/p.py": PYTHON,
        "models/s.yml": LAYERED,
        "macros/m.sql": MACROS,
        "packages.yml": PACKAGES,
        "profiles.yml": PROFILES,
        "stateaware.toml": SETTINGS,
        "pkgs/dep/dbt_project.yml": b"name: dep\nmodels: {+freshness: {build_after: {count: 1, period: day}}}\n",
        "pkgs/dep/models/m.sql": b"select 1 as id",
    }
    found = [Seed("whole", whole)]
    roots = [
        path.parent / "project" for path in sorted((_TOP / "tests/conformance/cases").glob("*/case.yaml"))
    ]
    roots += sorted(path.parent for path in (_TOP / "examples").glob("*/dbt_project.yml"))
    for root in roots:
        files = _read(root)
        if files:
            found.append(Seed(root.parent.name if root.name == "project" else root.name, files))
    return tuple(found)


def _read(root: Path) -> Files:
    files = {}
    for path in sorted(root.rglob("*")):
        if path.suffix.lower() in _TEXT and path.is_file() and path.stat().st_size <= MOST_BYTES:
            files[path.relative_to(root).as_posix()] = path.read_bytes()
    return files


@cache
def texts(kind: Kind) -> tuple[bytes, ...]:
    """The distinct files of a kind, to splice from."""
    found = dict.fromkeys(
        data for seed in seeds() for path, data in seed.files.items() if kind_of(path) == kind
    )
    return tuple(found)


_YAML_WORDS: Final = """
models sources seeds snapshots tables versions name v config freshness state build_after warn_after error_after
count period updates_on filter loaded_at_field loaded_at_query lag_tolerance require_fresh_data_from pre_clone
evaluate_volatile_sql execute_hooks_on_any_reuse compare_unrendered_code overrides latest_version defined_in meta
+freshness +state +loaded_at_field build_afer updated_on freshnes enabled vars version null ~ {} [] '' "" true false
yes no on off any all minute hour hours day days week second 0 1 -1 +1 1.5 1e3 1e400 0x10 0o17 010 1:30 1_000 .nan
.inf -.inf 9223372036854775807 9223372036854775808 99999999999999999999999999 2024-01-01 2024-01-01T00:00:00Z
!!str !!int !!float !!null !!binary !!set !!omap !!python/object:os.system !x !<x> ! << = <<: &a *a &a[] | > |- >+ |9
- --- ... ? : , # @ ` % { } [ ] " '
""".split()  # noqa: SIM905 - words are easier to read and add this way
_JINJA_WORDS: Final = (
    "{{ 1 }}",
    "{{ none }}",
    "{{ '' }}",
    "{{ true }}",
    "{{ {} }}",
    "{{ {'build_after': {'count': 1, 'period': 'hour'}} }}",
    "{{ var('hours') }}",
    "{{ var('missing') }}",
    "{{ env_var('FUZZ_MISSING') }}",
    "{{ env_var('FUZZ_HOURS', '3') | int }}",
    "{{ env_var('DBT_ENV_SECRET_FUZZ', 'x') }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ ().__class__.__base__.__subclasses__() }}",
    "{{ config.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id') }}",
    "{{ range(10**9) | list }}",
    "{{ range(10**9) | sum }}",
    "{{ 'a' * 10**9 }}",
    "{{ [0] * 10**9 }}",
    "{{ 10**10**10 }}",
    "{{ (1, 2) * 10**8 }}",
    "{{ 'x'.center(10**9) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '%s' | format('x') }}",
    "{{ '{:>1000000000}'.format(1) }}",
    "{{ 'x' | indent(10**9) }}",
    "{{ 'a' | replace('', 'b' * 10**7) }}",
    "{{ lipsum(n=10**6) }}",
    "{{ modules.datetime.datetime.now() }}",
    "{{ modules.datetime.timedelta(days=10**12) }}",
    "{{ modules.re.match('(a+)+$', 'a' * 40 ~ 'b') }}",
    "{{ modules.itertools.count() | list }}",
    "{{ run_query('select 1') }}",
    "{{ execute }}",
    "{{ this }}",
    "{{ target.name }}",
    "{{ target.password }}",
    "{{ ref('a') }}",
    "{{ source('raw', 'orders') }}",
    "{{ fromyaml('a: &a [*a]') }}",
    "{{ fromjson('[' * 1000) }}",
    "{{ tojson({'a': 1}) }}",
    "{{ return(1) }}",
    "{{ exceptions.raise_compiler_error('x') }}",
    "{{ config(freshness=none) }}",
    "{{ config({'freshness': {'build_after': {'count': 1, 'period': 'day'}}}) }}",
    "{{ config(**{'state': {'lag_tolerance': '1h'}}) }}",
    "{% for i in range(10**9) %}{{ i }}{% endfor %}",
    "{% for i in [1, 2] %}{{ config(freshness={'build_after': {'count': i, 'period': 'day'}}) }}{% endfor %}",
    "{% macro r() %}{{ r() }}{% endmacro %}{{ r() }}",
    "{% macro r(n) %}{{ r(n) ~ r(n) }}{% endmacro %}{{ r(1) }}",
    "{% set a = [] %}{% do a.append(a) %}{{ config(meta=a) }}",
    "{% set ns = namespace(a=1) %}{% set ns.a = ns %}{{ config(meta=ns) }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% extends 'x' %}",
    "{% from 'x' import y %}",
    "{% call m() %}x{% endcall %}",
    "{% filter upper %}x{% endfilter %}",
    "{% snapshot s %}{{ config(a=1) }}{% endsnapshot %}",
    "{% test t(model) %}x{% endtest %}",
    "{% materialization m, default %}x{% endmaterialization %}",
    "{% raw %}{{{% endraw %}",
    "{% do log('x', info=true) %}",
    "{% if %}",
    "{% endif %}",
    "{% else %}",
    "{%- set x -%}{{ 1 }}{%- endset -%}",
    "{% autoescape true %}{% endautoescape %}",
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "{{ '",
    '{{ "',
    "{{ {",
)
_PYTHON_WORDS: Final = (
    "dbt.config(", "dbt.ref(", "dbt.source(", "def model(dbt, session):", "class A:", "lambda: ", "async ", "await ",
    "yield ", "return ", "*", "**", "f'{", "}'", '"""', "'''", "\\\n", "(", ")", "[", "]", "{", "}", "not " * 400,
    "-" * 3000, "a." * 3000, "[" * 300, "1if 1else " * 200, "0x", "1_0", "1e999", "9" * 5000, "\\N{x}", "\\x", "b'\\xff'", "é",
    "import os; os.abort()", "match x:\n  case 1: pass\n", "# type: ignore", ":=", "...", "@", "global x", "del x",
    "freshness=", "state={'lag_tolerance': '1h'}", "'build_after'", "None", "-1", "count", "period", "None, **x", ";",
)  # fmt: skip
_TOML_WORDS: Final = (
    "[", "]", "[[", "]]", "=", '"', "'", '"""', "{", "}", ",", "#", ".", "true", "false", "nan", "inf", "-1", "0x1",
    "1979-05-27", "1979-05-27T07:32:00Z", "07:32:00", "select", "extend-select", "ignore", "exclude", "engine",
    "severity", "per-path", "per-path.x", "vars", "env", "output", "baseline", "projects", "now", "cache", "fail-on",
    '"ALL"', '"SA"', '"[a-"', '"**/[!"', '"(?i"', '"/etc/passwd"', '"~"', '"~nobody_here/x"', '"\\u0000"', '"json=x"',
    "a.b.c.d.e = 1", "[" * 500, "{a = " * 200, '"' + "x" * 20000 + '"',
)  # fmt: skip

WORDS: Final[dict[Kind, tuple[bytes, ...]]] = {
    "properties": tuple(word.encode() for word in (*_YAML_WORDS, *_JINJA_WORDS)),
    "project": tuple(word.encode() for word in (*_YAML_WORDS, *_JINJA_WORDS)),
    "sql": tuple(word.encode() for word in (*_JINJA_WORDS, *_JINJA_WORDS, *_YAML_WORDS)),
    "python": tuple(word.encode() for word in _PYTHON_WORDS),
    "settings": tuple(word.encode() for word in _TOML_WORDS),
    "profiles": tuple(word.encode() for word in (*_YAML_WORDS, *_JINJA_WORDS)),
    "packages": tuple(
        word.encode()
        for word in (
            *_YAML_WORDS, "packages", "projects", "local", "git", "package", "tarball", "subdirectory", "..", ".", "/",
            "./pkgs/dep", "pkgs/dep/..", "../" * 40, "/proc/self/root", "~", "\\", "C:\\x", "//x", "a\\0b", "x" * 5000,
        )
    ),
}  # fmt: skip
"""Words that mean something in a kind of file."""
