from __future__ import annotations

from pathlib import Path

import pytest

from stateaware.errors import FixError
from stateaware.findings import Edit, Finding, Fix, Place, Suppression
from stateaware.fix.choose import choose
from stateaware.fix.diff import draw_diff
from stateaware.fix.edits import OverlapError, apply_edits, edit_bytes, line_ending, overlap
from stateaware.fix.files import Change, Territory, write_changes
from stateaware.text.span import Span


def edit(line: int, column: int, end_line: int, end_column: int, text: str, file: str = "a.yml") -> Edit:
    return Edit(file, Span(line, column, end_line, end_column), text)


def test_edits_are_in_terms_of_the_text_before() -> None:
    edits = [edit(2, 1, 2, 2, "BB\nB"), edit(1, 1, 1, 2, ""), edit(1, 3, 1, 3, "!")]
    assert apply_edits("abc\nb\n", edits) == "b!c\nBB\nB\n"


@pytest.mark.parametrize(
    ("text", "ending"),
    [("a\nb", "\n"), ("a\r\nb\r\nc\n", "\r\n"), ("a\rb\r", "\r"), ("", "\n"), ("a\r\nb\n", "\n")],
)
def test_line_ending(text: str, ending: str) -> None:
    assert line_ending(text) == ending


def test_inserted_lines_end_as_the_others() -> None:
    assert apply_edits("a\r\nb\r\n", [edit(1, 2, 1, 2, "\nx")]) == "a\r\nx\r\nb\r\n"


def test_a_byte_order_mark_stays() -> None:
    assert edit_bytes(b"\xef\xbb\xbfa: 1\n", [edit(1, 1, 1, 2, "b")]) == b"\xef\xbb\xbfb: 1\n"
    assert edit_bytes("é: 1".encode(), [edit(1, 4, 1, 5, "2")]) == "é: 2".encode()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (edit(1, 1, 1, 3, ""), edit(1, 2, 1, 4, ""), True),
        (edit(1, 1, 1, 3, ""), edit(1, 3, 1, 4, ""), False),
        (edit(1, 3, 1, 3, "x"), edit(1, 3, 1, 3, "y"), True),
        (edit(1, 1, 1, 3, ""), edit(1, 3, 1, 3, "y"), True),
        (edit(1, 1, 1, 3, ""), edit(1, 1, 1, 3, "", "b.yml"), False),
        (edit(1, 1, 2, 1, ""), edit(2, 1, 3, 1, ""), False),
    ],
)
def test_overlap(one: Edit, other: Edit, expected: bool) -> None:
    assert overlap(one, other) is expected
    assert overlap(other, one) is expected


def test_edits_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(OverlapError):
        apply_edits("abc", [edit(1, 1, 1, 3, ""), edit(1, 2, 1, 4, "")])
    with pytest.raises(OverlapError):
        apply_edits("abc", [edit(1, 2, 1, 2, "x"), edit(1, 2, 1, 2, "y")])


def finding(item: str, *edits: Edit, safe: bool = True, suppressed: Suppression | None = None) -> Finding:
    fixes = (Fix("Do it", tuple(edits), safe),) if edits else ()
    return Finding("SA101", "error", "m", Place("a.yml"), item=item, fixes=fixes, suppressed=suppressed)


def test_choosing() -> None:
    one = edit(1, 1, 1, 3, "x")
    found = [
        finding("first", one),
        finding("meets the first", edit(1, 2, 1, 4, "y")),
        finding("the same as the first", one),
        finding("meets itself", edit(3, 1, 3, 4, ""), edit(3, 2, 3, 5, "")),
        finding("unsafe", edit(4, 1, 4, 2, ""), safe=False),
        finding("silenced", edit(5, 1, 5, 2, ""), suppressed=Suppression("inline")),
        finding("without a fix"),
        finding("in two files", edit(6, 1, 6, 2, ""), edit(1, 1, 1, 3, "", "b.yml")),
    ]
    chosen = choose(found, lambda finding, fix: fix.safe)
    assert [[each.item for each in one.findings] for one in chosen] == [
        ["first", "the same as the first"],
        ["in two files"],
    ]


def change(path: Path, before: bytes, after: bytes) -> Change:
    return Change(path.name, path, before, after)


def test_all_files_are_written(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"1")
    two.write_bytes(b"2")
    write_changes([change(one, b"1", b"one"), change(two, b"2", b"two")])
    assert (one.read_bytes(), two.read_bytes()) == (b"one", b"two")


def test_nothing_is_written_when_a_file_changed_meanwhile(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"1")
    two.write_bytes(b"other")
    with pytest.raises(FixError) as caught:
        write_changes([change(one, b"1", b"one"), change(two, b"2", b"two")])
    assert caught.value.message == "two changed while its fixes were being worked out, so nothing was written"
    assert one.read_bytes() == b"1"
    two.unlink()
    with pytest.raises(FixError):
        write_changes([change(one, b"1", b"one"), change(two, b"2", b"two")])


def test_what_was_written_is_taken_back_when_the_rest_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"1")
    two.write_bytes(b"2")
    replace = Path.replace

    def fail_for_two(self: Path, target: Path) -> Path:
        if target.name == "two":
            raise OSError(30, "Read-only file system")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail_for_two)
    with pytest.raises(FixError) as caught:
        write_changes([change(one, b"1", b"one"), change(two, b"2", b"two")])
    assert caught.value.message == "cannot write two: read-only file system; nothing was changed"
    assert (one.read_bytes(), two.read_bytes()) == (b"1", b"2")


def test_territory(tmp_path: Path) -> None:
    inside, packages, outside = tmp_path / "repo", tmp_path / "repo" / "dbt_packages", tmp_path / "other"
    for folder in (inside, packages, outside):
        folder.mkdir()
        (folder / "a.yml").write_text("")
    (inside / "link.yml").symlink_to(outside / "a.yml")
    (inside / "near.yml").symlink_to(inside / "a.yml")
    territory = Territory(inside, (packages,))
    allowed = [
        territory.allows(path)
        for path in (
            inside / "a.yml",
            inside / "near.yml",
            inside / "link.yml",
            packages / "a.yml",
            outside / "a.yml",
            inside / ".." / "other" / "a.yml",
        )
    ]
    assert allowed == [True, True, False, False, False, False]


def test_diff(tmp_path: Path) -> None:
    path = tmp_path / "m" / "a.yml"
    drawn = draw_diff([Change("m/a.yml", path, b"a: 1\r\nb: 2", b"a: 1\r\nb: 3\r\n")], tmp_path)
    assert drawn == (
        "--- a/m/a.yml\n+++ b/m/a.yml\n@@ -1,2 +1,2 @@\n a: 1\r\n-b: 2\n\\ No newline at end of file\n+b: 3\r\n"
    )
