from __future__ import annotations

import pytest

from stateaware.check.globs import path_matcher


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("models/a.sql", "models/a.sql", True),
        ("models/a.sql", "models/b.sql", False),
        ("models", "models/x/a.sql", True),
        ("models/", "models/x/a.sql", True),
        ("./models", "models/x/a.sql", True),
        ("x", "models/x/a.sql", True),
        ("models/x", "other/models/x/a.sql", False),
        ("*.sql", "models/x/a.sql", True),
        ("models/*.sql", "models/x/a.sql", False),
        ("models/**/*.sql", "models/x/y/a.sql", True),
        ("models/**/*.sql", "models/a.sql", True),
        ("models/**", "models/x/a.sql", True),
        ("**/x/**", "models/x/a.sql", True),
        ("models/?.sql", "models/a.sql", True),
        ("models/[ab].sql", "models/b.sql", True),
        ("models/[!ab].sql", "models/b.sql", False),
        ("models/[", "models/[", True),
        ("models/a+b.sql", "models/a+b.sql", True),
        ("**", "anything", True),
        ("", "anything", True),
    ],
)
def test_path_matcher(pattern: str, path: str, expected: bool) -> None:
    assert path_matcher(pattern)(path) is expected
