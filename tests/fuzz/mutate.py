"""Makes inputs: files of the corpus, changed in ways that files really go wrong, and in ways they never do."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from fuzz.corpus import WORDS, Files, Kind, kind_of, seeds, texts

Mutation: TypeAlias = Callable[[bytes, Kind, random.Random], bytes]

LARGEST: Final = 150_000
"""Bytes of a mutated file; what is larger has tests of its own."""
_TOKEN: Final = re.compile(rb"\w+|\s+|[^\w\s]")
_NASTY: Final = (
    b"\0", b"\t", b"\r", b"\r\n", b"\x0b", b"\x0c", b"\x1b[31m", b"\x7f", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80", b"\xf4\x90\x80\x80", "\u0085".encode(), "\u2028".encode(), "\u2029".encode(), "\u202e".encode(), "\u00a0".encode(),
    "\ufeff".encode(), "\ufffe".encode(), "é".encode(), "e\u0301".encode(), "ﬀ".encode(), "\U000e0001".encode(), b"\x9b", "\u009b".encode(),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """One project to be read. ``changed`` names what was mutated."""

    seed: int
    number: int
    origin: str
    files: Files
    changed: tuple[str, ...]


def make_input(seed: int, number: int) -> Input:
    """The input of a number: the same for the same seed, whatever ran before."""
    rng = random.Random(f"{seed}/{number}")  # noqa: S311 - not for secrets
    base = seeds()[0] if rng.random() < 0.3 else rng.choice(seeds())
    files = dict(base.files)
    names = sorted(files)
    wanted = rng.choices(_KINDS, _WEIGHTS)[0]
    first = [name for name in names if kind_of(name) == wanted] or names
    changed = [rng.choice(first)]
    while rng.random() < 0.2:
        changed.append(rng.choice(names))
    for name in changed:
        data = files[name]
        for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 5))):
            mutated = rng.choice(_MUTATIONS)(data, kind_of(name), rng)
            data = mutated if len(mutated) <= LARGEST else data
        files[name] = data
    return Input(seed, number, base.name, files, tuple(dict.fromkeys(changed)))


_KINDS: Final[tuple[Kind, ...]] = (
    "properties",
    "project",
    "sql",
    "python",
    "settings",
    "profiles",
    "packages",
)
_WEIGHTS: Final = (32, 17, 28, 8, 5, 4, 6)


def _cut(data: bytes, rng: random.Random, longest: int = 200) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + rng.randrange(1, longest))


def _insert(data: bytes, at: int, more: bytes) -> bytes:
    return data[:at] + more + data[at:]


# -- bytes ----------------------------------------------------------------------------------------


def flip_bytes(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8))):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def insert_nasty(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    return _insert(data, rng.randrange(len(data) + 1), rng.choice(_NASTY) * rng.choice((1, 1, 1, 3)))


def delete_range(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    start, end = _cut(data, rng, rng.choice((3, 20, 200)))
    return data[:start] + data[end:]


def repeat_range(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    start, end = _cut(data, rng, rng.choice((2, 10, 100)))
    return data[:end] + data[start:end] * rng.choice((1, 1, 2, 10, 100)) + data[end:]


def truncate(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def splice(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    other = rng.choice(texts(kind))
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def insert_piece(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    other = rng.choice(texts(kind))
    start, end = _cut(other, rng, 400)
    return _insert(data, rng.randrange(len(data) + 1), other[start:end])


def wrong_kind(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    return rng.choice(texts(rng.choice(_KINDS)))


def encode_otherwise(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    codec = rng.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "latin-1", "utf-7"))
    return text.encode(codec, "replace")


def end_lines_otherwise(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    ending = rng.choice(
        (b"\r\n", b"\r", b"\n\n", b"\r\r\n", b" \n", b"\t\n", "\u2028".encode(), "\u0085".encode())
    )
    if rng.random() < 0.5:
        return data.replace(b"\n", ending)
    lines = data.split(b"\n")
    return b"".join(line + rng.choice((b"\n", ending)) for line in lines)


# -- lines ----------------------------------------------------------------------------------------


def change_lines(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    how = rng.randrange(6)
    if how == 0:
        lines.insert(other, lines[at])
    elif how == 1:
        lines[at], lines[other] = lines[other], lines[at]
    elif how == 2:
        del lines[at]
    elif how == 3:
        lines[at] = b"# " + lines[at]
    elif how == 4:
        lines[at:] = [b"".join(lines[at : at + 2]), *lines[at + 2 :]]
    else:
        first, last = sorted((at, other))
        lines[first:last] = lines[first:last] * 2
    return b"\n".join(lines)


def indent_lines(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    first = rng.randrange(len(lines))
    last = rng.choice((first + 1, rng.randrange(first, len(lines)) + 1))
    by = rng.choice((-4, -2, -1, 1, 2, 3, 8))
    space = rng.choice((b" ", b" ", b"\t", "\u00a0".encode()))
    for at in range(first, last):
        lines[at] = (
            space * by + lines[at]
            if by > 0
            else lines[at][min(-by, len(lines[at]) - len(lines[at].lstrip())) :]
        )
    return b"\n".join(lines)


# -- tokens ---------------------------------------------------------------------------------------


def change_tokens(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    tokens = _TOKEN.findall(data)
    if not tokens:
        return rng.choice(WORDS[kind])
    for _ in range(rng.choice((1, 1, 2, 4))):
        at, other = rng.randrange(len(tokens)), rng.randrange(len(tokens))
        how = rng.randrange(5)
        if how == 0:
            tokens[at] = rng.choice(WORDS[kind])
        elif how == 1:
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif how == 2:
            tokens[at] = b""
        elif how == 3:
            tokens[at] = tokens[other]
        else:
            tokens[at] += tokens[at]
    return b"".join(tokens)


def insert_word(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    return _insert(
        data, rng.randrange(len(data) + 1), rng.choice((b"", b" ", b"\n")) + rng.choice(WORDS[kind])
    )


_VALUE: Final = re.compile(rb"(?<=: )[^\n{}\[\],#]+|(?<==)[^,)\n]+")


def replace_value(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    found = list(_VALUE.finditer(data))
    if not found:
        return insert_word(data, kind, rng)
    one = rng.choice(found)
    word = rng.choice(WORDS[kind])
    if rng.random() < 0.3:
        word = b'"' + word.replace(b'"', b"'") + b'"'
    return data[: one.start()] + word + data[one.end() :]


# -- size and depth -------------------------------------------------------------------------------


def nest(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    depth = rng.choice((3, 20, 99, 101, 120, 1000, 20_000))
    opening, closing = rng.choice(
        ((b"[", b"]"), (b"{a: ", b"}"), (b"- ", b""), (b"{{ ", b" }}"), (b"(", b")"), (b"{% if x %}", b"{% endif %}"), (b"{", b"}"),
         (b"? ", b""), (b"{'a': ", b"}"), (b"not ", b""), (b"x.", b"x"), (b"{# ", b" #}"), (b"'", b"'"), (b"a: \n ", b""))
    )  # fmt: skip
    depth = min(depth, 1_000 if b"\n" in opening else LARGEST // (2 * len(opening)))
    middle = rng.choice((b"", b"1", rng.choice(WORDS[kind])))
    closed = closing * depth if rng.random() < 0.7 else b""
    return _insert(data, _boundary(data, rng), opening * depth + middle + closed)


def nest_block(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    depth = rng.choice((5, 50, 99, 150, 400))
    inner = b"".join(
        b" " * level + rng.choice((b"a:\n", b"freshness:\n", b"- \n", b"config:\n")) for level in range(depth)
    )
    return _insert(data, _boundary(data, rng), b"\n" + inner)


def swell(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    piece = rng.choice(_SWELLING)
    # each line may have a finding of its own, and printing thousands is not what is to be found out
    size = rng.choice((1_000, 5_000 if b"\n" in piece else 100_000))
    return _insert(data, _boundary(data, rng), piece * (size // len(piece)))


_SWELLING: Final = (
    *(bytes([byte]) for byte in b"x90 \t'\"-\\#{%,"), b"\xc3\xa9", b"\n", b"a: 1\n", b"- a\n", b"- {a: {b: c}}\n",
)  # fmt: skip


def anchor(data: bytes, kind: Kind, rng: random.Random) -> bytes:
    count = rng.choice((2, 5, 9))
    bombs = (
        b"a0: &a0 [x, x]\n" + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * count)) for n in range(1, 12)),
        b"m: &m {<<: *m, a: 1}\n",
        b"m: &m [*m]\n",
        b"m0: &m0 {k: 1}\n" + b"".join(b"m%d: &m%d {<<: [%s], k%d: 1}\n" % (n, n, b", ".join([b"*m%d" % (n - 1)] * 2), n) for n in range(1, 20)),
        b"q: &q [" + b"1, " * 2000 + b"]\nz: [" + b"*q, " * 300 + b"]\n",
        b"&x models: *x\n",
        b"? &k [a]\n: *k\n",
        b"<<: {freshness: null}\n",
        b"<<: [{name: a}, {name: b}]\n",
        b"&a freshness: {build_after: *a}\n",
    )  # fmt: skip
    bomb = rng.choice(bombs)
    return bomb + data if rng.random() < 0.5 else _insert(data, _boundary(data, rng), bomb)


def _boundary(data: bytes, rng: random.Random) -> int:
    """Half of the time anywhere, else where a value or a line begins."""
    if rng.random() < 0.5:
        return rng.randrange(len(data) + 1)
    places = [found.end() for found in re.finditer(rb": |\n|=|\{\{ ", data)] or [0]
    return rng.choice(places)


_MUTATIONS: Final[tuple[Mutation, ...]] = (
    flip_bytes, insert_nasty, delete_range, repeat_range, truncate, splice, insert_piece, wrong_kind, encode_otherwise,
    end_lines_otherwise, change_lines, change_lines, change_lines, indent_lines, indent_lines, change_tokens, change_tokens,
    change_tokens, change_tokens, insert_word, insert_word, insert_word, replace_value, replace_value, replace_value,
    replace_value, nest, nest_block, swell, anchor,
)  # fmt: skip
