"""What is kept of the code of a build, to be compared with code that is read later.

Texts are not kept. What was read from a manifest of the same engine is compared as a whole; beside the
files, or another engine, only the node's own text counts: what macros and configuration were is not told by
hashes of all of them.
"""

from __future__ import annotations

from typing import Final

from stateaware.fingerprint.code import NodeCode
from stateaware.fingerprint.compare import (
    exact_form,
    fingerprint,
    is_seed,
    same_engine,
    seed_code,
    template_text,
)
from stateaware.fingerprint.sql import digest
from stateaware.plan.state import UNKNOWN_CODE, Fingerprint
from stateaware.records import dataclass, replace

_SEED: Final = "seed file"
_OWN: Final = "own text"


@dataclass(frozen=True, slots=True)
class KeptCode:
    """The code of one build, as hashes.

    Args:
        fingerprint: all of it.
        letters: of its text, its macros and its configuration as they are written, without compiled code.
        raw: of its text alone as it is written; of a seed the version of its file.
        own: of its text alone in the form that comments and whitespace do not change; empty for a seed.
        engine: major version of the dbt that wrote it down; empty for files.
        whole: whether it was read from a manifest.
    """

    fingerprint: Fingerprint
    letters: str
    raw: str
    own: str = ""
    engine: str = ""
    whole: bool = True


def keep(node: NodeCode, adapter: str) -> KeptCode | None:
    """What to keep of a node's code; None where there is no text. Some milliseconds for a model."""
    if is_seed(node):
        version = seed_code(node)
        return None if version is None else KeptCode(Fingerprint(code=version, scheme=_SEED), "", version)
    if node.raw is None:
        return None
    own = digest(node.language, template_text(node, adapter) or "")
    made = fingerprint(node, adapter)
    return KeptCode(made, _letters(node), digest(node.raw.strip()), own, node.engine, node.whole)


def beside(kept: KeptCode, now: NodeCode, adapter: str) -> tuple[Fingerprint, Fingerprint]:
    """Fingerprints then and now, to be compared with each other. Nothing is parsed where all is as it was."""
    if is_seed(now):
        version = seed_code(now)
        return kept.fingerprint, UNKNOWN_CODE if version is None else Fingerprint(code=version, scheme=_SEED)
    then = kept.fingerprint
    if kept.whole != now.whole or not same_engine(NodeCode(now.unique_id, engine=kept.engine), now):
        return _own_beside(kept, now, adapter)
    if then.exact == exact_form(now) or (kept.letters == _letters(now) and now.compiled is None):
        return then, then
    return then, fingerprint(now, adapter)


def _own_beside(kept: KeptCode, now: NodeCode, adapter: str) -> tuple[Fingerprint, Fingerprint]:
    if now.raw is None:
        return UNKNOWN_CODE, UNKNOWN_CODE
    then = Fingerprint(code=kept.own, scheme=_OWN)
    if kept.raw == digest(now.raw.strip()):
        return then, then
    return then, Fingerprint(code=digest(now.language, template_text(now, adapter) or ""), scheme=_OWN)


def _letters(node: NodeCode) -> str:
    return exact_form(replace(node, compiled=None))
