"""A value in force as the YAML that would set it."""

from __future__ import annotations

_WIDTH = 1_000_000
"""Lines are not folded: a text stays as people know it."""


def value_yaml(key: str, value: object) -> str:
    """The YAML of one key, parts that say nothing left out; nothing for a value that says nothing.

    ``value`` has the form of dbt's manifest.
    """
    said = _said(value)
    if said is None:
        return ""
    import yaml

    text: str = yaml.safe_dump({key: said}, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return text.rstrip("\n")


def _said(value: object) -> object:
    """A value without its nulls and empty maps; None where nothing is left."""
    if isinstance(value, dict):
        kept = {str(key): said for key, part in value.items() if (said := _said(part)) is not None}
        return kept or None
    return value if isinstance(value, (str, int, float, bool)) and value != "" else None
