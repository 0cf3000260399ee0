"""`check --fix`, `--unsafe-fixes` and `--diff`."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from conftest_cli import Make, Run

posix = pytest.mark.skipif(sys.platform == "win32", reason="permission bits and links")


def test_fix_writes_what_is_safe_and_reports_what_is_left(run: Run, make: Make) -> None:
    root = make()
    before = (root / "models/s.yml").read_text()
    outcome = run("check", "--fix")
    assert outcome.code == 1
    assert "note: fixed 1 finding in 1 file\nnote: fixed in models/s.yml: 1 x SA106\n" in outcome.out
    assert (root / "models/s.yml").read_text() == before.replace("hours", "hour")
    again = run("check", "--fix")
    assert "fixed" not in again.out
    assert run("check", "-k", "SA106").code == 0


def test_diff_changes_nothing(run: Run, make: Make) -> None:
    root = make()
    before = (root / "models/s.yml").read_bytes()
    outcome = run("check", "--diff")
    assert outcome.code == 1
    assert outcome.out == (
        "--- a/models/s.yml\n"
        "+++ b/models/s.yml\n"
        "@@ -6,4 +6,4 @@\n"
        "   - name: stores\n"
        "     config:\n"
        "       freshness:\n"
        "-        build_after: {count: 4, period: hours}\n"
        "+        build_after: {count: 4, period: hour}\n"
    )
    assert outcome.err == "would fix 1 finding in 1 file\n"
    assert (root / "models/s.yml").read_bytes() == before


def test_only_what_is_picked_is_fixed(run: Run, make: Make) -> None:
    root = make()
    before = (root / "models/s.yml").read_bytes()
    for arguments in (["-k", "orders"], ["models/s.yml::orders"], ["-m", "null"], ["--ignore", "SA106"]):
        run("check", "--fix", *arguments)
        assert (root / "models/s.yml").read_bytes() == before


@posix
def test_bytes_around_the_fix_stay(run: Run, make: Make) -> None:
    root = make()
    path = root / "models/s.yml"
    text = path.read_text().replace("\n", "\r\n").replace("hours}", '"hours"}  # é').rstrip()
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    path.chmod(0o640)
    run("check", "--fix")
    assert path.read_bytes() == b"\xef\xbb\xbf" + text.replace("hours", "hour").encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@posix
def test_links_out_of_the_repository_are_not_followed(run: Run, make: Make, tmp_path: Path) -> None:
    root = make(folder="repository")
    (root / ".git").mkdir()
    outside = tmp_path / "s.yml"
    (root / "models/s.yml").rename(outside)
    (root / "models/s.yml").symlink_to(outside)
    before = outside.read_bytes()
    outcome = run("check", "--fix", cwd=root)
    assert outcome.code == 1
    assert "1 fix left out, in packages, or in files outside the repository" in outcome.out
    assert outside.read_bytes() == before
    inside = root / "shared.yml"
    outside.rename(inside)
    (root / "models/s.yml").unlink()
    (root / "models/s.yml").symlink_to(inside)
    run("check", "--fix", cwd=root)
    assert (root / "models/s.yml").is_symlink()
    assert b"hours" not in inside.read_bytes()


def test_several_projects_are_fixed(run: Run, make: Make) -> None:
    roots = [make(folder="one"), make(folder="two")]
    assert "fixed 2 findings in 2 files" in run("check", "--fix").out
    assert all("hours" not in (root / "models/s.yml").read_text() for root in roots)


def test_flags_that_exclude_each_other(run: Run, make: Make) -> None:
    make()
    for arguments in (["--fix", "--diff"], ["--fix", "--co"], ["--lf", "--ff"], ["--unsafe-fixes"]):
        assert run("check", *arguments).code == 4


def test_unused_ignore_comments_are_removed(run: Run, make: Make) -> None:
    root = make(
        {"models/s.yml": "# stateaware: ignore-file[SA201]\nmodels: []  # stateaware: ignore[SA201] old\n"}
    )
    assert run("check", "--fix").code == 0
    assert (root / "models/s.yml").read_text() == "models: []\n"


UNREAD = """\
models:
  - name: orders
    confg:
      freshness:
        build_after: {count: 4, period: hours}
"""


def test_what_shows_only_after_a_fix_is_fixed_too_and_told(run: Run, make: Make) -> None:
    root = make({"models/s.yml": UNREAD})
    assert "\n1 can be fixed with --fix\n" in run("check").out
    said = "2 findings in 1 file, 1 of them only once others were\n"
    assert run("check", "--diff").err == f"would fix {said}"
    outcome = run("check", "--fix")
    assert f"note: fixed {said}note: fixed in models/s.yml: 1 x SA106, 1 x SA113\n" in outcome.out
    assert outcome.code == 0
    assert (root / "models/s.yml").read_text() == UNREAD.replace("confg", "config").replace("hours", "hour")


def test_a_fix_that_was_tried_in_vain_is_not_offered_again(run: Run, make: Make) -> None:
    make({"models/s.yml": UNREAD.replace("count: 4, period: hours", "count: 4")})
    assert "1 can be fixed with --fix" in run("check").out
    outcome = run("check", "--fix")
    assert "note: 1 fix left out, since the result would not have been right\n" in outcome.out
    assert "can be fixed" not in outcome.out


def test_nothing_is_fixed_while_the_project_file_cannot_be_read(run: Run, make: Make) -> None:
    root = make({"dbt_project.yml": "name: shop\nmodels: {\n"})
    before = (root / "models/s.yml").read_bytes()
    assert "can be fixed" not in run("check").out
    outcome = run("check", "--fix", "--unsafe-fixes")
    assert "note: nothing is fixed in this project while its dbt_project.yml cannot be read" in outcome.out
    assert "fix: " not in outcome.out
    assert (root / "models/s.yml").read_bytes() == before


def test_the_summary_counts_findings(run: Run, make: Make) -> None:
    source = (
        "sources:\n  - name: raw\n    config:\n      freshness:\n"
        "        warn_after: {count: 4, period: hours}\n"
        "        error_after: {count: 4, period: days}\n"
        "    tables: [{name: t}]\n"
    )
    make({"models/s.yml": source})
    outcome = run("check", "--select", "SA106")
    assert "1 item: 2 errors in" in outcome.out.splitlines()[-2]
    assert outcome.out.splitlines()[-1] == "2 can be fixed with --fix"
    assert "fixed 2 findings in 1 file" in run("check", "--select", "SA106", "--fix").out
