"""Makes crooked.json: what real dbt makes of crooked, whose refs and settings are hard to read.

python record_parents.py DBT_CORE DBT_V2 (paths of their commands).
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


def parse(command: str) -> dict[str, Any]:
    """The enabled models, seeds and snapshots: their parents, and how they are materialized."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "crooked"
        shutil.copytree(HERE / "crooked", folder)
        environment = {"PATH": os.environ["PATH"], "HOME": name, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
        for words in (["deps"], ["parse"]):
            subprocess.run([command, *words, "--profiles-dir", "."], cwd=folder, env=environment, check=True)
        manifest = json.loads((folder / "target/manifest.json").read_text("utf-8"))
    return {
        key: {
            "parents": sorted(node["depends_on"].get("nodes", [])),
            "materialized": node["config"].get("materialized") or node["resource_type"],
        }
        for key, node in sorted(manifest["nodes"].items())
        if node["resource_type"] in ("model", "seed", "snapshot")
        and node["config"].get("enabled") is not False
    }


if __name__ == "__main__":
    found = {"core": parse(sys.argv[1]), "fusion": parse(sys.argv[2])}
    (HERE / "crooked.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
