from __future__ import annotations

from stateaware.check.toml_lines import key_lines


def test_every_key_has_its_line() -> None:
    text = '''\
# a = 0
[tool.other]
a = """
b = 1
"""
[tool . "state.aware"]
list = [ # x = 1
  "c = 2",
  { inner = 1 },
]
dotted.key = 'd = 3' # e = 4
inline = { one = 1, two = { three = "}" } }
when = 2026-11-22T09:00:00Z
[[tool.table]]
f = -1.5e3
[tool.table.'q"uoted']
g = true'''
    lines = key_lines(text)
    own = ("tool", "state.aware")
    assert {path: line for path, line in lines.items() if path[:2] == own} == {
        own: 6,
        (*own, "list"): 7,
        (*own, "list", "inner"): 9,
        (*own, "dotted"): 11,
        (*own, "dotted", "key"): 11,
        (*own, "inline"): 12,
        (*own, "inline", "one"): 12,
        (*own, "inline", "two"): 12,
        (*own, "inline", "two", "three"): 12,
        (*own, "when"): 13,
    }
    assert lines["tool", "other", "a"] == 3
    assert lines["tool", "table", "f"] == 15
    assert lines["tool", "table", 'q"uoted', "g"] == 17


def test_what_is_no_toml_ends_the_scan() -> None:
    assert key_lines("a = 1\n?!\nb = 2\n") == {("a",): 1}
    assert key_lines("a = [1, ") == {("a",): 1}
    assert key_lines("") == {}


def test_a_key_of_thousands_of_parts_is_placed_at_its_beginning() -> None:
    found = key_lines("[" + "a." * 20_000 + "a]\nx = 1\n")
    assert len(found) == 20
    assert set(found.values()) == {1}
