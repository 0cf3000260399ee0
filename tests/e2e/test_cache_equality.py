"""With and without stored results a check says the same, whatever changes between two runs."""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from stateaware.__main__ import main
from stateaware.cache import key, recall, state, watch
from stateaware.check.run import RunOptions, run_project
from stateaware.check.settings import Settings
from stateaware.findings import Finding
from stateaware.inputs import LoadOptions
from stateaware.workspace import load_project

SEEDS: Final = 6
STEPS: Final = 55

FILES: Final = {
    "dbt_project.yml": """\
name: shop
version: '1.0'
profile: shop
vars: {hours: 4}
models:
  shop:
    +freshness: {build_after: {count: 1, period: day}}
    marts:
      +freshness: {build_after: {count: "{{ var('hours', 3) }}", period: hour}}
""",
    "profiles.yml": "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb}\n    prod: {type: snowflake}\n",
    "packages.yml": "packages:\n  - local: ../extra\n",
    "models/marts/orders.sql": "{{ config(freshness={'build_after': {'count': 2, 'period': 'hours'}}) }}\nselect 1\n",
    "models/marts/customers.sql": "select * from {{ ref('orders') }}  -- stateaware: ignore[SA106] known\n",
    "models/marts/returns.sql": "{{ config(materialized='table') }}\nselect * from {{ source('raw', 'returns') }}\n",
    "models/marts/_marts.yml": """\
models:
  - name: orders
    description: "One row for each order."
  - name: customers
    config:
      freshness:
        build_after: {count: "{{ env_var('SHOP_HOURS', '3') | int }}", period: hour}
    columns:
      - name: id
  - name: returns
    config:
      freshness: null
""",
    "models/_sources.yml": """\
sources:
  - name: raw
    loaded_at_field: _loaded_at
    config:
      freshness: {warn_after: {count: 12, period: hour}, error_after: {count: 6, period: hour}}
    tables:
      - name: returns
        config: {loaded_at_query: "select max(x_at) from {{ this }}"}
      - name: payments
""",
    "macros/limits.sql": "{% macro limits() %}{{ config(freshness=none) }}{% endmacro %}\n",
    "../extra/dbt_project.yml": "name: extra\nversion: '1.0'\n",
    "../extra/models/one.sql": "{{ config(freshness={'build_after': {'count': 0, 'period': 'day'}}) }}\nselect 1\n",
}
LINES: Final = (
    "      freshness: {build_after: {count: 3, period: days}}\n",
    "    config: {freshness: {build_after: {count: -1, period: hour}}}\n",
    "    freshness:\n",
    "  - name: orders\n",
    "        build_afer: {count: 1}\n",
    "      updates_on: all\n",
    "    description: {{ doc('x') }}\n",
    '  - name: new_one\n    description: "text\n',
    "# stateaware: ignore\n",
    "-- select {{ limits() }}\n",
    "{{ config(state={'lag_tolerance': '4h'}) }}\n",
    "{{ config(freshness={'build_after': {'count': run_started_at.hour, 'period': 'hour'}}) }}\n",
    "\t\n",
    "\n",
    "      frehsness: null\n",
    "    freshnes: {}\n",
    "      sttae: {evaluate_volatile_sql: true}\n",
    "modles:\n",
    "{{ config(freshnss=none) }}\n",
)
FLAGS: Final = (
    [],
    ["-q"],
    ["-v"],
    ["--vars", "{hours: 7}"],
    ["--vars", "{hours: x}"],
    ["--target", "prod"],
    ["--engine", "fusion"],
    ["--engine", "core"],
    ["--output", "json"],
    ["--output", "concise"],
    ["--select", "SA1,SA3"],
    ["--fail-on", "warning"],
    ["--now", "2026-11-22T09:00:00Z"],
    ["models/marts"],
    ["-k", "orders"],
)
GENERAL: Final = frozenset({"SA409", "SA601", "SA606"})
"""Rules on the shape of files, which look only at files and items that hold a word about freshness."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a package, its profile and settings, in which commands run and results are stored."""
    root = tmp_path / "work" / "shop"
    root.mkdir(parents=True)
    write(root)
    for name in list(os.environ):
        if name.startswith(("STATEAWARE_", "DBT_", "GITHUB_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("STATEAWARE_CACHE_DIR", str(tmp_path / "cache"))
    # the runs below are further apart than the steps in which a file system keeps time
    monkeypatch.setattr(state, "SETTLED_AFTER", 0)
    monkeypatch.chdir(root)
    return root


def write(root: Path) -> None:
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def run(*arguments: str) -> tuple[int, str, str]:
    """The exit code and both outputs of a command line, without the seconds that it took."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(list(arguments))
    watch.stop()
    text = re.sub(r"in [0-9.]+ s$", "in N s", out.getvalue(), flags=re.MULTILINE)
    return code, re.sub(r'"seconds": [0-9.e-]+', '"seconds": 0', text), err.getvalue()


class Recalls:
    """Counts how many results were given again."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self._print = recall._print
        monkeypatch.setattr(recall, "_print", self.counted)

    def counted(self, *arguments: object) -> int | None:
        self.count += 1
        return self._print(*arguments)  # type: ignore[arg-type]


@pytest.fixture
def recalls(monkeypatch: pytest.MonkeyPatch) -> Recalls:
    return Recalls(monkeypatch)


class Mutator:
    """Changes one thing after the other, always the same for a seed."""

    def __init__(self, root: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.dice = random.Random(seed)  # noqa: S311 - the same changes every time
        self.monkeypatch = monkeypatch
        self.flags: list[str] = []

    def change(self) -> str:
        """Change something; returns what."""
        kinds: tuple[Callable[[], object], ...] = (
            *(self.edit,) * 6, self.add, self.delete, self.rename, self.touch, self.same_size, self.mode, self.restore,
            self.settings, self.variable, self.arguments, self.arguments, self.folder, self.stray, self.artifact,
            self.baseline, self.ignore_file, self.link, self.nothing,
        )  # fmt: skip
        kind = self.dice.choice(kinds)
        kind()
        return kind.__name__

    def begin_again(self) -> None:
        """The project as it was at first."""
        for path in self.root.parent.iterdir():
            for inner in path.iterdir() if path == self.root else ():
                shutil.rmtree(inner) if inner.is_dir() else inner.unlink()
            if path != self.root:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        write(self.root)

    def files(self) -> list[Path]:
        found = [
            path for path in self.root.parent.rglob("*") if path.is_file() and path.suffix in (".sql", ".yml")
        ]
        return sorted(found) or [self.put("dbt_project.yml", FILES["dbt_project.yml"])]

    def put(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def edit(self) -> None:
        path = self.dice.choice(self.files())
        lines = path.read_text().splitlines(keepends=True) or [""]
        at = self.dice.randrange(len(lines))
        if self.dice.random() < 0.4:
            lines.insert(at, self.dice.choice(LINES))
        elif self.dice.random() < 0.5:
            del lines[at]
        else:
            lines[at] = lines[at].replace(
                *self.dice.choice((("hour", "day"), ("2", "0"), ("name", "nam"), ("s", "")))
            )
        path.write_text("".join(lines))

    def restore(self) -> None:
        name = self.dice.choice(sorted(FILES))
        self.put(name, FILES[name])

    def add(self) -> None:
        name = f"models/{self.dice.choice(('', 'marts/', 'new/'))}m{self.dice.randrange(9)}"
        if self.dice.random() < 0.5:
            self.put(f"{name}.sql", self.dice.choice(LINES))
        else:
            self.put(f"{name}.yml", f"models:\n  - name: orders\n{self.dice.choice(LINES)}")

    def delete(self) -> None:
        self.dice.choice(self.files()).unlink()

    def rename(self) -> None:
        path = self.dice.choice(self.files())
        path.rename(path.with_name(f"r{self.dice.randrange(9)}{path.suffix}"))

    def touch(self) -> None:
        os.utime(self.dice.choice(self.files()))

    def same_size(self) -> None:
        path = self.dice.choice(self.files())
        before, data = path.stat(), bytearray(path.read_bytes())
        for at in [at for at, byte in enumerate(data) if chr(byte).isdigit()][:1]:
            data[at] = ord("9") if data[at] != ord("9") else ord("1")
        path.write_bytes(data)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def mode(self) -> None:
        self.dice.choice(self.files()).chmod(self.dice.choice((0o644, 0o600, 0o444)))

    def settings(self) -> None:
        texts = (
            'engine = "core"\n', 'ignore = ["SA1"]\n', 'target = "prod"\n', '[severity]\nSA106 = "warning"\n',
            '[vars]\nhours = 9\n', '[env]\nSHOP_HOURS = "5"\n', 'exclude = ["models/new"]\n', 'nonsense = 1\n', "",
        )  # fmt: skip
        name = self.dice.choice(("stateaware.toml", "../stateaware.toml", "stateaware.toml"))
        self.put(name, self.dice.choice(texts))
        if self.dice.random() < 0.3:
            (self.root / name).unlink()
            self.put("pyproject.toml", "[tool.stateaware]\n" + self.dice.choice(texts[:3]))

    def variable(self) -> None:
        values = {
            "SHOP_HOURS": ("8", "x", ""),
            "NO_COLOR": ("1", ""),
            "DBT_PROFILE": ("shop", "none"),
            "DBT_TARGET": ("prod",),
        }
        name = self.dice.choice(sorted(values))
        if self.dice.random() < 0.3:
            self.monkeypatch.delenv(name, raising=False)
        else:
            self.monkeypatch.setenv(name, self.dice.choice(values[name]))

    def arguments(self) -> None:
        self.flags = self.dice.choice(FLAGS)

    def folder(self) -> None:
        models = self.root / "models"
        if (models / "marts").is_dir() and not (models / "moved").exists():
            (models / "marts").rename(models / "moved")
        elif (models / "moved").is_dir() and not (models / "marts").exists():
            (models / "moved").rename(models / "marts")

    def stray(self) -> None:
        self.put(
            f"{self.dice.choice(('', 'models/', 'models/marts/', 'seeds/'))}note{self.dice.randrange(3)}.md",
            "x",
        )

    def artifact(self) -> None:
        kind = self.dice.choice(("view", "table"))
        table = f'{{"sources": {{"source.shop.raw.payments": {{"metadata": {{"type": "{kind}"}}}}}}}}'
        self.put("target/catalog.json", self.dice.choice((table, "{", "{}")))

    def baseline(self) -> None:
        run("check", "--no-cache", "--write-baseline", "baseline.json")
        self.put("stateaware.toml", self.dice.choice(('baseline = "baseline.json"\n', "")))

    def ignore_file(self) -> None:
        self.put(".dbtignore", self.dice.choice(("models/marts/orders.sql\n", "*.yml\n", "")))

    def link(self) -> None:
        path = self.root / "models" / f"link{self.dice.randrange(2)}.sql"
        path.unlink(missing_ok=True)
        path.symlink_to(self.dice.choice(self.files()))

    def nothing(self) -> None:
        """Change nothing at all."""


@pytest.mark.parametrize("seed", range(SEEDS))
def test_stored_and_fresh_results_are_the_same(
    project: Path, seed: int, monkeypatch: pytest.MonkeyPatch, recalls: Recalls
) -> None:
    mutator = Mutator(project, seed, monkeypatch)
    for step in range(STEPS):
        what = f"step {step}: {mutator.change()}, check {' '.join(mutator.flags)}"
        fresh = run("check", "--no-cache", *mutator.flags)
        assert run("check", *mutator.flags) == fresh, what
        assert run("check", *mutator.flags) == fresh, what
        assert fresh[0] in (0, 1, 4, 5), (what, fresh)
        if fresh[0] == 4 or step % 10 == 9:
            mutator.begin_again()
    assert recalls.count > STEPS // 4


def test_results_are_given_again(project: Path, recalls: Recalls) -> None:
    for flags in (["-q"], ["-v"], ["--output", "json"], ["models/marts"], ["--engine", "core"]):
        run("check", *flags)  # remembers what failed, so that the next run has something else to read
        run("check", *flags)
        before = recalls.count
        run("check", *flags)
        assert recalls.count == before + 1, flags


def test_a_run_that_asks_the_clock_is_not_stored(project: Path, recalls: Recalls) -> None:
    (project / "models/now.sql").write_text(LINES[11])
    assert len({run("check", "-q") for _ in range(4)}) <= 2  # the hour may have changed
    assert recalls.count == 0


@pytest.mark.parametrize("flag", ["--fix", "--diff", "--lf", "--ff", "--co", "--durations=3"])
def test_runs_that_do_more_than_look_are_not_stored(project: Path, flag: str, recalls: Recalls) -> None:
    for _ in range(4):
        run("check", flag)
    assert recalls.count == 0


def test_reports_in_files_are_written_every_time(project: Path, recalls: Recalls) -> None:
    for _ in range(4):
        run("check", "--output", "json=found.json")
        (project / "found.json").unlink()
    assert recalls.count == 0


def test_a_changing_file_is_not_trusted(
    project: Path, monkeypatch: pytest.MonkeyPatch, recalls: Recalls
) -> None:
    monkeypatch.setattr(state, "SETTLED_AFTER", 2_000_000_000)
    for _ in range(4):
        (project / "models/marts/orders.sql").touch()
        run("check")
    assert recalls.count == 0


def test_secrets_are_never_stored(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recalls: Recalls
) -> None:
    monkeypatch.setenv("DBT_ENV_SECRET_TOKEN", "customers")
    shown = [run("check", "-v") for _ in range(3)]
    assert recalls.count == 0
    assert "*****" in shown[0][1]
    monkeypatch.setenv("DBT_ENV_SECRET_TOKEN", "s3cret-that-is-nowhere")
    for _ in range(4):
        run("check", "-v")
    assert recalls.count > 0
    stored = b"".join(path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file())
    assert b"s3cret-that-is-nowhere" not in stored
    before = recalls.count
    monkeypatch.setenv("DBT_ENV_SECRET_TOKEN", "customers")  # is in what was stored without it
    assert "customers" not in run("check", "-v")[1]
    assert recalls.count == before


def test_a_damaged_or_unwritable_cache_changes_nothing(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recalls: Recalls
) -> None:
    fresh = run("check", "--no-cache")
    run("check"), run("check")
    (stored,) = (tmp_path / "cache" / "results").iterdir()
    stored.write_bytes(stored.read_bytes()[:-1] + b"!")
    assert run("check") == fresh
    assert recalls.count == 0
    assert run("check") == fresh
    assert recalls.count == 1
    for home in (tmp_path / "a file", tmp_path / "a file" / "below"):
        (tmp_path / "a file").write_text("")
        monkeypatch.setenv("STATEAWARE_CACHE_DIR", str(home))
        assert run("check") == fresh


def test_every_variable_that_is_read_is_part_of_the_key(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: set[str] = set()

    class Spy(dict[str, str]):
        def __getitem__(self, name: str) -> str:
            asked.add(name)
            return super().__getitem__(name)

        def get(self, name: str, default: object = None) -> object:  # type: ignore[override]
            asked.add(name)
            return super().get(name, default)  # type: ignore[arg-type]

        def __contains__(self, name: object) -> bool:
            asked.add(str(name))
            return super().__contains__(name)

    monkeypatch.setattr(os, "environ", Spy(os.environ))
    seen: set[str] = set()
    stop = watch.stop

    def remember() -> None:
        seen.update(watch._watched.variables if watch._watched is not None else ())
        stop()

    monkeypatch.setattr(watch, "stop", remember)
    for flags in ([], ["--output", "github"], ["--color", "auto", "-v"], ["--engine", "core"]):
        run("check", *flags)
    declared = {*key.NAMES, *seen, "XDG_CACHE_HOME"}  # where the cache is, whose files say the same
    own = {name for name in asked if not name.startswith(key.PREFIX)}
    # Python itself and pytest
    foreign = {"PYTEST_CURRENT_TEST", "PYTHONPATH", "PATH", "TMPDIR", "TEMP", "TMP", "PYTHONWARNINGS"}
    own -= foreign | {name for name in own if name.startswith(("LC_", "LANG", "PYTHON", "COV_"))}
    assert own <= declared


def findings(root: Path, options: LoadOptions) -> dict[Finding, None]:
    project = load_project(root, options)
    return dict.fromkeys(run_project(project, RunOptions(Settings())).findings)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_is_skipped_changes_no_finding(
    project: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutator = Mutator(project, seed + 1000, monkeypatch)
    checked = 0
    for step in range(STEPS):
        what = mutator.change()
        if not (project / "dbt_project.yml").is_file():
            mutator.restore()
            continue
        part = findings(project, LoadOptions(env={}))
        whole = findings(project, LoadOptions(env={}, everything=True))
        extra = [found for found in whole if found not in part and found.code not in GENERAL]
        assert extra == [], (step, what)
        assert [found for found in part if found not in whole] == [], (step, what)
        checked += 1
    assert checked > STEPS // 2
