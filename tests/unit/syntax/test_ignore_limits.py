"""Limits of ignore comments."""

from __future__ import annotations

from stateaware.syntax.ignores import find_ignores


def test_a_comment_names_a_limited_number_of_rules() -> None:
    (found,) = find_ignores("m.sql", f"-- stateaware: ignore[{', '.join(['SA101'] * 100)}] why\nselect 1\n")
    assert not found.problem
    (found,) = find_ignores("m.sql", f"-- stateaware: ignore[{', '.join(['SA101'] * 101)}] why\nselect 1\n")
    assert found.problem.startswith("it names more than 100 rules")
    assert len(found.codes) == 100


def test_python_with_a_giant_line_is_not_searched() -> None:
    comment = "# stateaware: ignore[SA101] why\n"
    assert len(find_ignores("m.py", f"{comment}x = 1{' ' * 9_000}\n")) == 1
    assert find_ignores("m.py", f"{comment}x ={' ' * 90_000}'\n") == ()
