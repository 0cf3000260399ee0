"""Names for findings that stay the same when the lines around them move."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from stateaware.report.listing import Listed

_LINE_NUMBERS: Final = re.compile(r":\d+(?::\d+)?\b")


def fingerprint(listed: Iterable[Listed]) -> list[str]:
    """One fingerprint for each finding, 32 hexadecimal digits, all different.

    It is made of the project's folder, the item (else file, node and code) and the message without
    line numbers. Findings that agree in all of these are counted from the top of the file.
    """
    seen: Counter[str] = Counter()
    fingerprints = []
    for one in listed:
        finding = one.finding
        item = finding.item or f"{finding.place.file}::{finding.node or ''}::{finding.code}"
        name = "\0".join((one.project.folder, item, _LINE_NUMBERS.sub("", finding.message)))
        seen[name] += 1
        digest = hashlib.sha256(f"{name}\0{seen[name]}".encode("utf-8", "surrogatepass"))
        fingerprints.append(digest.hexdigest()[:32])
    return fingerprints
