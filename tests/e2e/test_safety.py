"""Opening a stranger's project is safe: shown by Python's own audit events, which nothing can pass by.

Every way out of the interpreter that matters raises an audit event first: a socket, a process, a file
that is opened or changed, code that is compiled or imported, native code that is loaded.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from e2e.hostile import PROJECT_FILE, Outcome, environment, is_well_behaved, write
from e2e.test_hostile import JINJA, hostile_jinja

AUDIT = """
import json, os, sys

LOG = os.open(os.environ["AUDIT_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

def hook(event, arguments):
    if event in ("open", "import", "exec", "compile", "marshal.loads", "marshal.load") or event.partition(".")[0] in (
        "socket", "subprocess", "os", "shutil", "ctypes", "urllib", "http", "ftplib", "smtplib", "pty", "signal",
        "pickle", "webbrowser", "code", "tempfile", "sqlite3", "mmap", "resource", "fcntl", "glob", "pathlib",
    ):
        shown = [a if isinstance(a, (str, int, type(None))) else getattr(a, "co_filename", None) or repr(a)[:200] for a in arguments]
        line = json.dumps([event, shown], default=repr) + "\\n"
        os.write(LOG, line.encode())

sys.addaudithook(hook)
"""
WRITING = ("w", "a", "x", "+")
CHANGES = {
    "os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate",
    "os.utime", "os.setxattr", "os.removexattr", "os.mkfifo", "os.mknod",
}  # fmt: skip
NEVER = (
    "socket.",
    "subprocess.",
    "urllib.",
    "http.",
    "ftplib.",
    "smtplib.",
    "ctypes.",
    "pty.",
    "webbrowser.",
    "pickle.",
    "sqlite3.",
)
NEVER_ALSO = {
    "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.kill", "os.killpg",
    "os.putenv", "os.unsetenv", "os.add_dll_directory",
}  # fmt: skip


class Event(NamedTuple):
    """An audit event with its arguments, as far as JSON holds them."""

    name: str
    arguments: list[object]


PYTHON_MODEL = """\
import os, socket, subprocess
os.system("touch hacked")
subprocess.run(["touch", "hacked"])
socket.create_connection(("127.0.0.1", 9))
open("hacked", "w")
def model(dbt, session):
    dbt.config(freshness={"build_after": {"count": __import__("os").system("touch hacked")}})
    return dbt.ref("m")
"""


def project(root: Path) -> Path:
    """Everything that a project could try."""
    files = hostile_jinja(JINJA[:33])
    files["dbt_project.yml"] = bytes(files["dbt_project.yml"]) + b"on-run-start: ['{{ run_query(1) }}']\n"
    files |= {
        "models/p.py": PYTHON_MODEL,
        "models/conftest.py": PYTHON_MODEL,
        "models/load.yml": "x: !!python/object/apply:os.system ['touch hacked']\nsources: !!python/name:os.system\n",
        "models/q.yml": "sources: [{name: q, tables: [{name: t, config: {loaded_at_query: 'drop table x; select 1'}}]}]\n",
        "stateaware.py": PYTHON_MODEL,
        "yaml.py": PYTHON_MODEL,
        "jinja2/__init__.py": PYTHON_MODEL,
        "sitecustomize.py": PYTHON_MODEL,
        "setup.py": PYTHON_MODEL,
        "pyproject.toml": "[tool.stateaware.env]\nX = 'y'\n",
        "packages.yml": "packages: [{git: 'https://127.0.0.1:9/x.git', revision: main}, {local: dep}]\n",
        "dep/dbt_project.yml": PROJECT_FILE.replace(b"shop", b"dep"),
        "dep/macros/m.sql": "{% macro dep() %}{{ modules.os.system('touch hacked') }}{% endmacro %}",
        "profiles.yml": "shop: {outputs: {dev: {type: snowflake, account: x, password: y}}, target: dev}\n",
        ".env": "DBT_ENV_SECRET_X=z\n",
        ".git/config": "[core]\n\tfsmonitor = touch hacked\n",
    }
    return write(root, files)


def events(log: Path) -> Iterator[Event]:
    for line in log.read_text("utf-8").splitlines():
        name, arguments = json.loads(line)
        yield Event(name, arguments)


def audited(tmp_path: Path, *arguments: str) -> tuple[Outcome, list[Event], Path]:
    """Run a command with an audit hook that is there before anything else of ours."""
    root = project(tmp_path / "p")
    hooks = tmp_path / "hooks"
    (tmp_path / "home").mkdir()
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(AUDIT)
    env = environment(tmp_path / "home")
    env |= {
        "PYTHONPATH": f"{hooks}:{env['PYTHONPATH']}",
        "AUDIT_LOG": str(tmp_path / "log"),
        "PYTHONSAFEPATH": "1",
    }
    env |= {"PYTHONDONTWRITEBYTECODE": "1", "STATEAWARE_CACHE_DIR": str(tmp_path / "home/cache")}
    done = subprocess.run(
        [sys.executable, "-c", "from stateaware.__main__ import main; raise SystemExit(main())", *arguments],
        cwd=root, env=env, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    outcome = Outcome(done.returncode, done.stdout, done.stderr)
    is_well_behaved(outcome, (0, 1))
    return outcome, list(events(tmp_path / "log")), root


COMMANDS = (
    ("check",),
    ("check", "--engine", "core", "--output", "sarif"),
    ("check", "--no-cache", "--diff", "--unsafe-fixes"),
    ("resolve",),
    ("explain", "whole_1", "s1"),
    ("ls",),
)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_nothing_leaves_and_nothing_of_the_project_runs(arguments: tuple[str, ...], tmp_path: Path) -> None:
    _, seen, root = audited(tmp_path, *arguments)
    assert len(seen) > 100, "the hook saw too little to prove anything"
    assert [event for event in seen if event.name.startswith(NEVER) or event.name in NEVER_ALSO] == []
    cache = str(tmp_path / "home/cache")
    changes = [event for event in seen if _changes(event) and not _makes_parent(event, cache)]
    assert [event for event in changes if not _is_below(event, cache)] == []
    assert [
        event for event in seen if event.name in ("compile", "exec") and str(root) in str(event.arguments)
    ] == []
    assert [event for event in seen if event.name == "import" and str(root) in str(event.arguments)] == []
    assert not list(root.rglob("hacked"))


def test_nothing_is_read_that_is_none_of_our_business(tmp_path: Path) -> None:
    _, seen, root = audited(tmp_path, "check")
    ours = (str(tmp_path), sys.prefix, sys.base_prefix, str(Path(__file__).parents[2]))
    read = {
        str(event.arguments[0])
        for event in seen
        if event.name == "open" and isinstance(event.arguments[0], str)
    }
    strange = sorted(path for path in read if path.startswith("/") and not path.startswith(ours))
    allowed = (
        "/usr/share/zoneinfo",
        "/usr/lib",
        "/usr/local/lib",
        "/dev/null",
        "/etc/localtime",
        "/proc/self",
    )
    assert [path for path in strange if not path.startswith(allowed)] == []
    assert str(root / ".env") not in read
    assert str(root / ".git/config") not in read


def test_no_cache_writes_nothing_at_all(tmp_path: Path) -> None:
    _, seen, _ = audited(tmp_path, "check", "--no-cache")
    assert [event for event in seen if _changes(event)] == []


def test_the_hook_sees_what_it_is_there_for(tmp_path: Path) -> None:
    """The proof is worth nothing if the hook is blind."""
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks/sitecustomize.py").write_text(AUDIT)
    code = "import os, socket, subprocess; open('x', 'w'); os.mkdir('y'); os.rename('x', 'z'); subprocess.run(['true']); socket.socket()"
    env = {
        **environment(tmp_path),
        "PYTHONPATH": str(tmp_path / "hooks"),
        "AUDIT_LOG": str(tmp_path / "log"),
        "PYTHONWARNINGS": "",
    }
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, check=True)
    seen = list(events(tmp_path / "log"))
    assert {"subprocess.Popen", "socket.__new__", "os.mkdir", "os.rename"} <= {event.name for event in seen}
    assert [event.arguments[0] for event in seen if event.name == "open" and _changes(event)] == ["x"]


def _changes(event: Event) -> bool:
    """Whether an event changes a file."""
    if event.name != "open":
        return event.name in CHANGES
    path, mode, flags = event.arguments[:3]
    if path == "/dev/null" or isinstance(path, int):  # a number stands for what was opened before
        return False
    if isinstance(mode, str):
        return any(sign in mode for sign in WRITING)
    return isinstance(flags, int) and bool(flags & 0o3)  # O_WRONLY or O_RDWR


def _makes_parent(event: Event, folder: str) -> bool:
    return event.name == "os.mkdir" and Path(str(event.arguments[0])) in Path(folder).parents


def _is_below(event: Event, folder: str) -> bool:
    paths = [part for part in event.arguments if isinstance(part, str) and "/" in part]
    return bool(paths) and all(
        Path(path) == Path(folder) or folder in map(str, (Path(path), *Path(path).parents)) for path in paths
    )
