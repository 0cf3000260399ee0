"""Makes recorded.json: the nodes of manifests that real dbt writes for shop, and for edits of it.

python record.py DBT_CORE DBT_V2 runs dbt Core with DuckDB and dbt v2 (both with a path to their command) in
a copy of the project. Where v2 has no driver for DuckDB it cannot compile what asks the warehouse, and
still writes its manifest.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OURS = ("shop", "extra")
NODE_KEYS = (
    *("language", "raw_code", "compiled_code", "relation_name", "config", "depends_on", "checksum"),
    *("columns", "constraints"),
)

# by name: file, what is in it, what is put in its place; or arguments of dbt
EDITS: dict[str, tuple[str, str, str] | tuple[str, ...]] = {
    "comment": ("models/stg_orders.sql", "/* in dollars */", "-- in dollars\n   "),
    "sql": ("models/stg_orders.sql", "select id,", "select id + 1 as id,"),
    "macro": ("macros/cents.sql", "}}, 2)::decimal", "}}, 3)::decimal"),
    "ephemeral": ("models/eph.sql", "amount >", "amount >="),
    "incremental": ("models/inc.sql", "select max(id)", "select min(id)"),
    "unique_key": ("models/inc.sql", "unique_key='id'", "unique_key='amount'"),
    "view": ("dbt_project.yml", "+materialized: table", "+materialized: view"),
    "tags": ("models/stg_orders.sql", "tags=['a']", "tags=['b']"),
    "window": ("models/schema.yml", "count: 4", "count: 5"),
    "contract_type": ("models/schema.yml", "data_type: integer", "data_type: bigint"),
    "contract_rule": ("models/schema.yml", "[{type: not_null}]", "[{type: unique}]"),
    "contract_check": ("models/schema.yml", "id > 0", "id > 1"),
    "described": ("models/schema.yml", "description: the key", "description: its key"),
    "alias": ("models/below_eph.sql", "select id", "{{ config(alias='other') }}\nselect id"),
    "python": ("models/py.py", "# a table", "# the table"),
    "var": ("--vars", "{minimum: 20}"),
}


def dbt(command: str, folder: Path, *words: str, must: bool = True) -> dict[str, Any]:
    """Run dbt, and give what counts of the manifest that it leaves."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TZ": "UTC",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    subprocess.run(
        [command, *words, "--profiles-dir", "."], cwd=folder, env=environment, check=must, capture_output=True
    )
    manifest = folder / "target" / "manifest.json"
    return read(manifest) if manifest.exists() else {}


def read(path: Path) -> dict[str, Any]:
    manifest = json.loads(path.read_text("utf-8"))
    nodes = {
        key: {name: node[name] for name in NODE_KEYS if name in node}
        for key, node in sorted(manifest["nodes"].items())
    }
    for node in nodes.values():
        node["depends_on"] = {"macros": node["depends_on"].get("macros", [])}
    macros = {
        key: {"macro_sql": macro["macro_sql"], "depends_on": {"macros": macro["depends_on"]["macros"]}}
        for key, macro in sorted(manifest["macros"].items())
        if macro["package_name"] in OURS
    }
    return {"dbt_version": manifest["metadata"]["dbt_version"], "nodes": nodes, "macros": macros}


def edited(folder: Path, edit: tuple[str, ...]) -> tuple[str, ...]:
    """Make an edit; the arguments for dbt where it is none of a file."""
    if edit[0].startswith("-"):
        return edit
    file, old, new = edit
    text = (folder / file).read_text("utf-8")
    assert old in text, f"{file} has no {old!r}"
    (folder / file).write_text(text.replace(old, new), "utf-8")
    return ()


def record(core: str, v2: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "shop"
        shutil.copytree(HERE / "shop", folder)
        dbt(core, folder, "deps")
        found["first"] = dbt(core, folder, "compile")
        dbt(core, folder, "build")
        found["built"] = dbt(core, folder, "compile")
        for title, edit in EDITS.items():
            copy = Path(name) / title
            shutil.copytree(folder, copy)
            found[title] = dbt(core, copy, "compile", *edited(copy, edit))
        shutil.rmtree(folder / "target")
        found["v2"] = dbt(v2, folder, "compile", must=False)
    return found


def slim(found: dict[str, Any]) -> dict[str, Any]:
    """What is the same as in ``built`` is left out of the others."""
    built = found["built"]
    for title, manifest in found.items():
        if title != "built":
            for part in ("nodes", "macros"):
                manifest[part] = {
                    key: one for key, one in manifest[part].items() if one != built[part].get(key)
                }
    return found


if __name__ == "__main__":
    text = json.dumps(slim(record(*sys.argv[1:3])), indent=1, sort_keys=True, ensure_ascii=False)
    (HERE / "recorded.json").write_text(text + "\n", "utf-8")
