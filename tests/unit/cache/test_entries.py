"""Stored results: believed only where they are whole, ours, and nothing has changed."""

from __future__ import annotations

import marshal
import os
import stat
import sys
from pathlib import Path

import pytest

from stateaware.cache import entry as entries
from stateaware.cache import key, place, recording, state
from stateaware.cache.entry import Entry, decode, encode, read_entry

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATEAWARE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def make(*paths: Path, looked_for: tuple[Path, ...] = (), variables: tuple[str, ...] = ()) -> Entry:
    names, sought = [str(path) for path in paths], [str(path) for path in looked_for]
    return Entry(
        names,
        [state.signature(name) for name in names],
        sought,
        bytes(map(state.kind, sought)),
        variables,
        state.digest_of_variables(variables),
        "found in ",
        " s\n",
        "note: é \udce4\n",
        1,
    )


def same(one: Entry, other: Entry | None) -> bool:
    return other is not None and all(getattr(one, name) == getattr(other, name) for name in Entry.__slots__)


def test_an_entry_survives_storing(tmp_path: Path) -> None:
    made = make(tmp_path, tmp_path / "missing", looked_for=(tmp_path / ".git",), variables=("HOME",))
    assert same(made, decode(encode(made)))
    empty = make()
    assert same(empty, decode(encode(empty)))


def test_whatever_is_damaged_is_no_entry(tmp_path: Path) -> None:
    data = encode(make(tmp_path))
    for at in range(0, len(data), 3):
        broken = bytearray(data)
        broken[at] ^= 0x55
        assert decode(bytes(broken)) is None
    for length in range(0, len(data), 7):
        assert decode(data[:length]) is None
    assert decode(data + b"x") is None


@pytest.mark.parametrize(
    "parts", [(), 1, ("", [], "", b"", (), b"", "", "", ""), ("a", [], "", b"", (), b"", "", "", "", 0)]
)
def test_another_shape_is_no_entry(parts: object) -> None:
    payload = marshal.dumps(parts)
    assert decode(entries.MAGIC + state.digest(payload) + payload) is None


def test_it_holds_while_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, missing, folder = tmp_path / "file", tmp_path / "missing", tmp_path / "folder"
    file.write_text("1")
    folder.mkdir()
    monkeypatch.setenv("SOME_NAME", "1")
    made = make(file, missing, folder, looked_for=(tmp_path / ".git",), variables=("SOME_NAME", "NO_NAME"))
    assert made.holds()
    monkeypatch.setenv("SOME_NAME", "2")
    assert not made.holds()
    monkeypatch.setenv("SOME_NAME", "1")
    monkeypatch.setenv("NO_NAME", "")
    assert not made.holds()
    monkeypatch.delenv("NO_NAME")
    assert made.holds()
    (tmp_path / ".git").mkdir()
    assert not made.holds()
    (tmp_path / ".git").rmdir()
    assert made.holds()
    missing.write_text("")
    assert not made.holds()
    missing.unlink()
    (folder / "new").write_text("")
    assert not made.holds()


@posix
def test_an_edit_shows_that_keeps_size_and_time(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("1")
    made = make(file)
    before = file.stat()
    while file.stat().st_ctime_ns == before.st_ctime_ns:
        file.write_text("2")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert not made.holds()


def test_texts_are_told_apart_however_they_are_cut() -> None:
    digests = {state.digest_of(*parts) for parts in [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ()]}
    assert len(digests) == 5


@posix
def test_a_file_that_others_can_write_or_a_link_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored, link = tmp_path / "stored", tmp_path / "link"
    stored.write_bytes(encode(make(tmp_path)))
    stored.chmod(0o600)
    link.symlink_to(stored)
    assert read_entry(str(stored)) is not None
    assert read_entry(str(link)) is None
    assert read_entry(str(tmp_path)) is None
    assert read_entry(str(tmp_path / "missing")) is None
    stored.chmod(0o622)
    assert read_entry(str(stored)) is None
    stored.chmod(0o600)
    monkeypatch.setattr(os, "getuid", lambda: 12345678)
    assert read_entry(str(stored)) is None


@posix
def test_a_pipe_in_its_place_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert read_entry(str(tmp_path / "pipe")) is None


@posix
def test_a_link_in_the_place_of_the_folder_is_not_followed(home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    home.symlink_to(elsewhere)
    assert place.private_folder("results") is None
    home.unlink()
    home.mkdir()
    (home / "results").symlink_to(elsewhere)
    assert place.private_folder("results") is None
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o755


def test_old_results_are_deleted(tmp_path: Path) -> None:
    for number in range(recording.MOST_ENTRIES + 5):
        recording._write(str(tmp_path / f"{number:03}"), b"x")
        os.utime(tmp_path / f"{number:03}", (number, number))
    recording._prune(str(tmp_path))
    left = sorted(path.name for path in tmp_path.iterdir() if path.is_file())
    assert left == [f"{number:03}" for number in range(5, recording.MOST_ENTRIES + 5)]


@pytest.mark.parametrize(
    "arguments",
    [["explain", "x"], [], ["check", "--no-cache"], ["check", "--env", "DBT_ENV_SECRET_TOKEN=1"]],
)
def test_some_runs_have_no_key(arguments: list[str]) -> None:
    assert key.run_key(arguments) is None


def test_the_key_holds_how_a_run_was_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    keys = [key.run_key(["check"]), key.run_key(["check", "-q"]), key.run_key(["check", "--vars", "{a: 1}"])]
    monkeypatch.setenv("STATEAWARE_ENGINE", "core")
    keys.append(key.run_key(["check"]))
    monkeypatch.setenv("NO_COLOR", "1")
    keys.append(key.run_key(["check"]))
    monkeypatch.chdir(tmp_path)
    keys.append(key.run_key(["check"]))
    monkeypatch.setattr(key, "__version__", "0.0.0")
    keys.append(key.run_key(["check"]))
    assert None not in keys
    assert len(set(keys)) == len(keys)
    assert key.run_key(["check"]) == keys[-1]
