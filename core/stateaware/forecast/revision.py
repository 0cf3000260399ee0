"""A project as it was at another revision of its git repository, or as it lies in another folder."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from stateaware.errors import UsageError
from stateaware.project.project_file import PROJECT_FILE

_READ: Final = (".sql", ".py", ".yml", ".yaml", ".toml", ".dbtignore")
_NAMED: Final = (".csv",)
"""Seeds count by their names; what is in them is not needed."""
_MOST_BYTES: Final = 1 << 30
_PATIENCE: Final = 120.0
_SAFE: Final = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.pager=cat")
_REMEDY: Final = "Name a revision (main, HEAD~1, a commit) or another folder with the project."


@contextmanager
def project_at(
    root: Path, base: str, *, also: Iterable[Path] = (), installed: str = "dbt_packages"
) -> Iterator[Path]:
    """The folder of a project at ``base``: a folder, or a revision of the repository that it lies in.

    A revision is written to a temporary folder that goes away afterwards; the working tree and the
    repository are not touched, and nothing is fetched. Installed packages are those of the working tree.

    Args:
        root: the project's folder.
        base: a folder or a revision. A folder is one with a dbt_project.yml.
        also: other folders that the project reads, such as local packages.
        installed: where the packages are that ``dbt deps`` installed, relative to the project.

    Raises:
        UsageError: there is no such folder or revision, or git is not there.
    """
    folder = Path(base)
    if (folder / PROJECT_FILE).is_file():
        yield folder.resolve()
        return
    top = Path(os.fsdecode(_git(root, "rev-parse", "--show-toplevel")).rstrip("\r\n")).resolve()
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}").strip()
    inside = root.resolve().relative_to(top)
    wanted = [inside, *(one.resolve().relative_to(top) for one in also if one.resolve().is_relative_to(top))]
    with tempfile.TemporaryDirectory(prefix="stateaware-", ignore_cleanup_errors=True) as temporary:
        target = Path(temporary)
        _write(top, commit.decode(), {one.as_posix() for one in wanted}, target)
        found = target / inside
        if not (found / PROJECT_FILE).is_file():
            raise UsageError(f"there is no {PROJECT_FILE} in {inside} at `{base}`", _REMEDY)
        if (root / installed).is_dir() and not (found / installed).exists():
            (found / installed).symlink_to((root / installed).resolve(), target_is_directory=True)
        yield found


def _git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Run git, which runs nothing of the repository and fetches nothing.

    Raises:
        UsageError: it is not there, or refuses.
    """
    env = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
    command = ["git", *_SAFE, "-C", str(folder), *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - git itself, with options that are ours
            command, input=given, capture_output=True, env=env, timeout=_PATIENCE, check=False
        )
    except FileNotFoundError:
        raise UsageError("git is not there, so no revision can be read", _REMEDY) from None
    except subprocess.TimeoutExpired:
        raise UsageError(f"git gave no answer in {_PATIENCE:.0f} seconds") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        if arguments[0] == "rev-parse" and not said:
            raise UsageError(f"no folder or revision `{arguments[-1].removesuffix('^{commit}')}`", _REMEDY)
        raise UsageError(f"git: {said[-1].removeprefix('fatal: ') if said else 'it failed'}", _REMEDY)
    return done.stdout


def _write(top: Path, commit: str, folders: set[str], target: Path) -> None:
    """Write the files of a commit that lie in some folders and that we read."""
    names: list[tuple[str, PurePosixPath]] = []
    total = 0
    listed = _git(top, "ls-tree", "-r", "-z", "--long", "--full-tree", commit, "--", *sorted(folders))
    for entry in listed.split(b"\0"):
        meta, _, name = entry.partition(b"\t")
        parts = meta.split()
        if len(parts) != 4 or parts[1] != b"blob" or parts[0] == b"120000":
            continue
        path = PurePosixPath(os.fsdecode(name))
        if path.name.endswith(_NAMED):
            _place(target, path).touch()
        elif path.name.endswith(_READ):
            total += int(parts[3]) if parts[3].isdigit() else 0
            names.append((parts[2].decode(), path))
    if total > _MOST_BYTES:
        raise UsageError(f"the revision holds {total >> 20} MiB of files to read, more than 1024")
    asked = "".join(f"{object_id}\n" for object_id, _ in names).encode()
    data = memoryview(_git(top, "cat-file", "--batch", given=asked))
    at = 0
    for _, path in names:
        end = bytes(data[at : at + 200]).index(b"\n") + at
        head = bytes(data[at:end]).split()
        if len(head) != 3:  # missing: a partial clone has not fetched it
            raise UsageError(f"git does not have {path} at that revision", "Fetch it: git fetch --refetch")
        size = int(head[2])
        _place(target, path).write_bytes(data[end + 1 : end + 1 + size])
        at = end + 1 + size + 1


def _place(target: Path, path: PurePosixPath) -> Path:
    if path.is_absolute() or ".." in path.parts:
        raise UsageError(f"the revision holds a file outside of it: {path}")
    place = target / path
    place.parent.mkdir(parents=True, exist_ok=True)
    return place
