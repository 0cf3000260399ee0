"""The code of one node, whatever it was read from."""

from __future__ import annotations

from collections.abc import Mapping

from stateaware.records import dataclass, field


@dataclass(frozen=True, slots=True)
class NodeCode:
    """What a node's code is, as a manifest or the files of a project have it.

    Args:
        unique_id: as in the manifest.
        language: ``sql`` or ``python``; of no meaning for a seed.
        raw: the text before Jinja; for a seed its version (``seeds.seed_version``, ``recorded_version``).
            None where it is not known.
        compiled: the text that dbt would run. None before ``dbt compile``, or where it is not known.
        relation: database, schema and name that it is built as (``relation_name`` of a manifest). None
            where it has none, or it is not known.
        config: its configuration, of which only the keys that shape the build count.
        macros: the texts of the project's and its packages' macros that it uses, also through other
            macros, sorted; those of dbt itself and of its adapters are left out.
        engine: major version of the dbt that wrote it (``1``, ``2``): they wrap compiled code in different
            ways. Empty for what comes from the files.
        whole: False where ``config`` holds only some keys and ``macros`` all that might be meant, as far
            as files tell.
    """

    unique_id: str
    language: str = "sql"
    raw: str | None = None
    compiled: str | None = None
    relation: str | None = None
    config: Mapping[str, object] = field(default_factory=dict)
    macros: tuple[str, ...] = ()
    engine: str = ""
    whole: bool = True
