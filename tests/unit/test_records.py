"""Our data classes behave as those of the standard library wherever they are used."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from typing import Any, ClassVar

import pytest

from stateaware.records import lazy


def declare(dataclass: Any, field: Any) -> Any:
    """The same classes, made by either module."""

    @dataclass(frozen=True, slots=True)
    class Point:
        """Two numbers and a label."""

        x: int
        y: int = 2
        tags: list[str] = field(default_factory=list)
        shared: ClassVar[str] = "shared"

        @property
        def total(self) -> int:
            return self.x + self.y

    @dataclass(frozen=True, slots=True)
    class Solid(Point):
        z: int = 3

    @dataclass(slots=True)
    class Loose:
        x: int

    @dataclass(slots=True, unsafe_hash=True)
    class Hashed:
        x: int

    @dataclass(frozen=True, slots=True)
    class Empty:
        """No fields."""

    return Point, Solid, Loose, Hashed, Empty


OURS = declare(lazy.dataclass, lazy.field)
THEIRS = declare(dataclasses.dataclass, dataclasses.field)
BOTH = pytest.mark.parametrize("classes", [OURS, THEIRS], ids=["ours", "theirs"])


@BOTH
def test_fields_defaults_and_methods(classes: Any) -> None:
    point, solid, loose, _, empty = classes
    made = point(1)
    assert (made.x, made.y, made.tags, made.shared, made.total) == (1, 2, [], "shared", 3)
    assert point(1).tags is not made.tags
    assert point(1, tags=["a"]).tags == ["a"]
    assert (solid(1, z=4).z, solid(1).total) == (4, 3)
    assert repr(loose(1)).endswith("Loose(x=1)")
    assert repr(empty()).endswith("Empty()")
    assert point.__doc__ == "Two numbers and a label."
    assert point.__match_args__ == ("x", "y", "tags")
    assert not hasattr(made, "__dict__")


@BOTH
def test_equality_and_hash_are_by_value_and_class(classes: Any) -> None:
    point, solid, loose, hashed, empty = classes
    assert point(1) == point(1) != point(2)
    assert point(1) != solid(1)
    assert empty() == empty()
    assert hash(hashed(1)) == hash(hashed(1))
    assert len({empty(), empty()}) == 1
    assert loose(1) == loose(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(loose(1))
    with pytest.raises(TypeError, match="unhashable"):
        hash(point(1))  # it holds a list


@BOTH
@pytest.mark.parametrize("arguments", [{}, {"x": 1, "nothing": 2}])
def test_wrong_arguments_raise(classes: Any, arguments: dict[str, int]) -> None:
    with pytest.raises(TypeError):
        classes[0](**arguments)


@pytest.mark.parametrize("replace", [lazy.replace, dataclasses.replace])
def test_copies_with_other_values(replace: Any) -> None:
    point, solid, *_ = OURS
    assert replace(point(1, 5), x=3) == point(3, 5)
    assert replace(solid(1), z=9) == solid(1, z=9)
    with pytest.raises(TypeError):
        replace(point(1), nothing=2)


def test_the_standard_library_knows_the_fields() -> None:
    point, solid, *_ = OURS
    assert dataclasses.is_dataclass(point)
    assert [found.name for found in dataclasses.fields(solid)] == ["x", "y", "tags", "z"]
    assert dataclasses.asdict(point(1)) == {"x": 1, "y": 2, "tags": []}


def test_the_standard_library_is_not_imported() -> None:
    code = "import sys, stateaware.records; sys.exit('dataclasses' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
