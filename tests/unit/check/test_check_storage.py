from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from stateaware.check.last_failed import read_failed, write_failed
from stateaware.project.storage import cache_home, private_folder, project_folder, write_atomically

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATEAWARE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_the_cache_folder_can_be_named(home: Path) -> None:
    assert cache_home() == home


@posix
def test_the_folder_is_private(home: Path) -> None:
    home.mkdir(mode=0o755)
    folder = private_folder("a", "b")
    assert folder == home / "a" / "b"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@posix
def test_no_folder_where_none_can_be_made(home: Path) -> None:
    home.write_text("a file")
    assert private_folder("a") is None
    assert project_folder(home) is None


@posix
def test_a_folder_of_somebody_else_is_not_used(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert private_folder("a") is not None
    monkeypatch.setattr(os, "getuid", lambda: 12345678)
    assert private_folder("a") is None


def test_projects_are_told_apart_by_their_real_path(tmp_path: Path) -> None:
    one, two, link = tmp_path / "one", tmp_path / "two", tmp_path / "link"
    one.mkdir()
    two.mkdir()
    link.symlink_to(one)
    assert project_folder(one) == project_folder(link)
    assert project_folder(one) != project_folder(two)


@posix
def test_atomic_writing_keeps_the_mode_and_follows_links(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"old")
    file.chmod(0o640)
    link.symlink_to(file)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        write_atomically(file, b"new")
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_failures_are_remembered(tmp_path: Path) -> None:
    assert read_failed(tmp_path) == frozenset()
    write_failed(tmp_path, {"b", "a"})
    assert read_failed(tmp_path) == {"a", "b"}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"version": 2, "items": ["a"]}', b"\xff", b'{"version": 1}']
)
def test_a_broken_memory_is_no_memory(tmp_path: Path, content: bytes) -> None:
    write_failed(tmp_path, {"a"})
    folder = project_folder(tmp_path)
    assert folder is not None
    (folder / "lastfailed.json").write_bytes(content)
    assert read_failed(tmp_path) == frozenset()
