"""Runs in dbt Core's own environment: one command line (JSON) a line in, one answer (JSON) a line out.

The project is parsed once, since that takes longer than all the answers.
"""

import contextlib
import json
import sys

from dbt.cli.main import dbtRunner


def main() -> None:
    out = sys.stdout
    sys.stdout = sys.stderr
    warned: list[str] = []

    def hear(event):  # type: ignore[no-untyped-def]
        if event.info.name in ("NoNodesForSelectionCriteria", "SelectorReportInvalidSelector"):
            warned.append(event.info.msg)

    with contextlib.redirect_stdout(sys.stderr):
        parsed = dbtRunner().invoke(["--quiet", "parse", "--profiles-dir", "."])
        if not parsed.success:
            raise SystemExit(str(parsed.exception))
        for line in sys.stdin:
            warned.clear()
            args = ["--quiet", "ls", *json.loads(line), "--profiles-dir", "."]
            done = dbtRunner(manifest=parsed.result, callbacks=[hear]).invoke(
                [*args, "--output", "json", "--output-keys", "unique_id"]
            )
            nodes = [json.loads(row)["unique_id"] for row in done.result or []]
            answer = {
                "nodes": sorted(nodes),
                "warnings": list(warned),
                "error": str(done.exception) if done.exception else "",
            }
            out.write(json.dumps(answer) + "\n")
            out.flush()


main()
