"""Keys that were meant to be one of ours: misspelt, one level off, or with a `+` too many or too few.

Every key is for one rule only: `key_mistake` tells which keys SA113 and SA114 report, SA112 reports the
unknown keys inside a block, the rules on places those that are right words in a wrong place. Whatever
remains is no business of freshness.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from stateaware.config.strict import HOOKS_ALIAS, NEWER_STATE_KEYS, STATE_KEYS
from stateaware.records import dataclass
from stateaware.syntax.tree import Mapping, Node, Sequence

KeyPlace: TypeAlias = Literal[
    "model config",  # of a properties file, or the arguments of a config() call
    "source config",
    "model",  # beside config, also for a version
    "source",
    "table",
    "properties file",
    "project file",
    "model tree",  # any level below `models:` in dbt_project.yml
    "source tree",
]
MistakeKind: TypeAlias = Literal["misspelt", "nested", "plus", "no plus"]

ALL_STATE_KEYS: Final = (*STATE_KEYS, HOOKS_ALIAS, *NEWER_STATE_KEYS)
RULES_KEYS: Final = ("count", "period", "updates_on")
THRESHOLD_KEYS: Final = ("count", "period")
MODEL_FRESHNESS_KEYS: Final = ("build_after",)
SOURCE_FRESHNESS_KEYS: Final = ("warn_after", "error_after", "filter")
OTHER_RESOURCE: Final[dict[str, tuple[str, ...]]] = {
    "model": ("warn_after", "error_after", "filter", "loaded_at_field", "loaded_at_query"),
    "source": ("build_after", "loaded_at_field", "loaded_at_query"),
}
"""Right words inside the ``freshness`` of the other resource: the rules on places report them.

The last two are read by dbt v2 inside a source's freshness.
"""

_MODEL_OWN: Final = ("freshness", "state")
_SOURCE_OWN: Final = ("freshness", "loaded_at_field", "loaded_at_query")
_OWN: Final[dict[str, tuple[str, ...]]] = {
    "model config": _MODEL_OWN,
    "source config": _SOURCE_OWN,
    "model": ("config", *_MODEL_OWN),
    "source": ("config", "tables", *_SOURCE_OWN),
    "table": ("config", *_SOURCE_OWN),
    "properties file": ("models", "sources"),
    "project file": ("models", "sources"),
    "model tree": _MODEL_OWN,
    "source tree": _SOURCE_OWN,
}
_IN_MODELS: Final = {
    "build_after": "freshness",
    "updates_on": "freshness: build_after",
    **dict.fromkeys((*STATE_KEYS, *NEWER_STATE_KEYS), "state"),
}
_IN_SOURCES: Final = {"warn_after": "freshness", "error_after": "freshness"}
_ANYWHERE: Final = frozenset((*_IN_MODELS, *_IN_SOURCES, *_MODEL_OWN, *_SOURCE_OWN))
_INSIDE: Final[dict[str, tuple[str, ...]]] = {
    "freshness": (*MODEL_FRESHNESS_KEYS, *SOURCE_FRESHNESS_KEYS),
    "state": ALL_STATE_KEYS,
}
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class KeyMistake:
    """What is wrong with a key, and the key that was meant.

    ``under`` is where a key of kind ``nested`` belongs (``freshness: build_after``).
    """

    kind: MistakeKind
    meant: str
    under: str = ""


def key_mistake(place: KeyPlace, key: str, value: Node) -> KeyMistake | None:
    """Whether a key at a place was meant to be one of ours; None where it is right or something else.

    Right words in a wrong place (``freshness`` beside ``config``, ``warn_after`` on a model) are None too.
    """
    if _is_foreign(place, key):
        return None
    own = _OWN[place]
    in_tree = place in ("model tree", "source tree")
    word = key.removeprefix("+")
    if word in own:
        return _plus(place, key, word, value)
    if place in ("properties file", "project file"):
        return _at_top(place, key, word, value)
    nested = (_IN_MODELS if place.startswith("model") else _IN_SOURCES).get(word)
    if nested is not None:
        if in_tree and key == word and not _looks_like_rules(value):
            return None
        return KeyMistake("nested", word, nested)
    meant = near_key(word, own)
    if meant is None or not _plausible(meant, value, in_tree=in_tree and key == word):
        return None
    return KeyMistake("misspelt", meant)


@lru_cache(maxsize=4096)
def _is_foreign(place: KeyPlace, key: str) -> bool:
    """Whether a key resembles nothing of ours, whatever its value: nearly all keys, so this is remembered."""
    word, own = key.removeprefix("+"), _OWN[place]
    ours = (
        word in own or word in _IN_MODELS or word in _IN_SOURCES or word in _MODEL_OWN or word in _SOURCE_OWN
    )
    return not ours and near_key(word, own) is None


def _plus(place: KeyPlace, key: str, word: str, value: Node) -> KeyMistake | None:
    if place in ("model tree", "source tree"):
        missing = key == word and _looks_like_value(word, value)
        return KeyMistake("no plus", word) if missing else None
    return KeyMistake("plus", word) if key != word else None


def _at_top(place: KeyPlace, key: str, word: str, value: Node) -> KeyMistake | None:
    if word in _SOURCE_OWN or word in _MODEL_OWN or word in _IN_MODELS or word in _IN_SOURCES:
        return KeyMistake("nested", word, "models:" if place == "project file" else "config:")
    meant = near_key(word, _OWN[place])
    if meant is None or not isinstance(value, Sequence if place == "properties file" else Mapping):
        return None
    return KeyMistake("misspelt", meant)


def _looks_like_rules(value: Node) -> bool:
    return not isinstance(value, Mapping) or any(value.get(key) is not None for key in RULES_KEYS)


def _looks_like_value(word: str, value: Node) -> bool:
    """Whether a key without `+` holds a value rather than folders."""
    if not isinstance(value, Mapping) or not value.entries:
        return True
    inside = _INSIDE.get(word, ())
    return any(entry.key.text.removeprefix("+") in inside for entry in value.entries) and not any(
        entry.key.text.startswith("+") and entry.key.text[1:] not in inside for entry in value.entries
    )


def _plausible(meant: str, value: Node, *, in_tree: bool) -> bool:
    """Whether a near miss is one: short words and folders need a value that fits."""
    if meant == "freshness":
        return not in_tree or (
            isinstance(value, Mapping) and _looks_like_value(meant, value) and bool(value.entries)
        )
    if meant in ("state", "config"):
        inside = _INSIDE.get(meant, (*_MODEL_OWN, *_SOURCE_OWN))
        return isinstance(value, Mapping) and any(value.get(key) is not None for key in inside)
    if meant == "tables":
        return isinstance(value, Sequence)
    return not isinstance(value, (Mapping, Sequence))


@lru_cache(maxsize=4096)
def near_key(word: str, known: tuple[str, ...]) -> str | None:
    """The known key that a word certainly means: other case, other separators, or one or two slips.

    >>> near_key("loadedAtFeild", ("loaded_at_field", "loaded_at_query"))
    'loaded_at_field'
    """
    folded = _fold(word)
    best: tuple[int, str] | None = None
    for key in known:
        if folded == key:
            return key
        allowed = 1 if len(key) <= 6 else 2
        if abs(len(folded) - len(key)) <= allowed:
            slips = _slips(folded, key, allowed)
            if slips <= allowed and (best is None or slips < best[0]):
                best = (slips, key)
    return best[1] if best is not None else None


def _fold(word: str) -> str:
    return _CAMEL.sub("_", word.removeprefix("+")).replace("-", "_").replace(" ", "_").lower()


def _slips(one: str, other: str, limit: int) -> int:
    """Letters wrong, missing, too many or swapped between two words; ``limit`` + 1 for more than that."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        line = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(row[j] + 1, line[j - 1] + 1, row[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            line.append(cost)
        if min(line) > limit:
            return limit + 1
        before, row = row, line
    return row[-1]
