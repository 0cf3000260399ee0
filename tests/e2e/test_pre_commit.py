"""The pre-commit hooks, run by pre-commit itself from this checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PACKAGED: Final = ("core", "lsp", "schemas", "*.md", "pyproject.toml", "LICENSE", ".pre-commit-hooks.yaml")
BROKEN: Final = ROOT / "examples" / "jaffle_shop_broken"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (ROOT / ".git").exists(), reason="pre-commit takes hooks from a git repository only"
    ),
]


def git(*arguments: str | Path, cwd: Path) -> None:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.org")
    subprocess.run(["git", *identity, *map(str, arguments)], cwd=cwd, check=True, capture_output=True)


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of the files as they are now, committed or not."""
    folder = tmp_path_factory.mktemp("hooks")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *PACKAGED],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git("init", "-q", cwd=folder)
    git("add", "-A", cwd=folder)
    git("commit", "-qm", "as it is", cwd=folder)
    return folder


def run_hook(hooks: Path, hook: str, project: Path, home: Path) -> tuple[int, str]:
    if not (project / ".git").exists():
        git("init", "-q", cwd=project)
    git("add", "-A", cwd=project)
    env = {**os.environ, "PRE_COMMIT_HOME": str(home), "SKIP": ""}
    env.pop("PYTHONPATH", None)
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "try-repo", hooks, hook, "--all-files"],
        cwd=project,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pre-commit")


def test_check_fails_on_the_broken_project_and_names_the_place(
    hooks: Path, home: Path, tmp_path: Path
) -> None:
    project = tmp_path / "shop"
    shutil.copytree(BROKEN, project)
    code, text = run_hook(hooks, "stateaware-check", project, home)
    assert code == 1, text
    assert "models/marts/_marts.yml:" in text


def test_check_passes_on_the_sound_project(hooks: Path, home: Path, tmp_path: Path) -> None:
    project = tmp_path / "shop"
    shutil.copytree(ROOT / "examples" / "jaffle_shop", project)
    code, text = run_hook(hooks, "stateaware-check", project, home)
    assert code == 0, text


def test_fix_changes_files_and_therefore_fails(hooks: Path, home: Path, tmp_path: Path) -> None:
    project = tmp_path / "shop"
    shutil.copytree(BROKEN, project)
    code, text = run_hook(hooks, "stateaware-fix", project, home)
    assert code == 1, text
    assert "files were modified by this hook" in text
    assert "period: hour\n" in (project / "models" / "marts" / "_marts.yml").read_text("utf-8")
