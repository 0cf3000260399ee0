"""Runs dbt Core jobs: one JSON job per line on stdin, one JSON answer per line on stdout.

Started by `dbt_engines.DbtCore` with the Python of dbt Core's environment; its argument is the
number of seconds that a job may take. Each job runs in a forked child, so that dbt's global state
never leaks from one project to the next while the slow import is paid once.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

import dbt.adapters.duckdb
import dbt.cli.main
import dbt.jsonschemas.jsonschemas as schemas
import dbt.parser.manifest
import dbt.task.deps
from google.protobuf.json_format import MessageToDict


def run_job(job: dict[str, Any]) -> dict[str, Any]:
    os.environ.clear()
    os.environ.update(job["env"])
    os.chdir(job["cwd"])
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    schemas._JSONSCHEMA_SUPPORTED_ADAPTERS = {*schemas._JSONSCHEMA_SUPPORTED_ADAPTERS, "duckdb"}
    events: list[dict[str, Any]] = []

    def collect(event: Any) -> None:
        if str(event.info.level) in ("warn", "error"):
            events.append(
                {
                    "name": event.info.name,
                    "code": event.info.code,
                    "level": str(event.info.level),
                    "msg": event.info.msg,
                    "data": MessageToDict(event.data, preserving_proto_field_name=True),
                }
            )

    answer: dict[str, Any] = {"events": events, "success": None, "exception": None}
    for argv in job["commands"]:
        result = dbt.cli.main.dbtRunner(callbacks=[collect]).invoke(argv)
        answer["success"] = bool(result.success)
        if result.exception is not None:
            answer["exception"] = {"type": type(result.exception).__name__, "msg": str(result.exception)}
        if not result.success:
            break
    return answer


def failure(kind: str, message: str) -> dict[str, Any]:
    return {"events": [], "success": False, "exception": {"type": kind, "msg": message}}


def answer_in_child(job: dict[str, Any], seconds: float) -> dict[str, Any]:
    handle, name = tempfile.mkstemp()
    os.close(handle)
    file = Path(name)
    child = os.fork()
    if child == 0:
        try:
            answer = run_job(job)
        except BaseException as error:  # noqa: BLE001 - also SystemExit: the parent must always get an answer
            answer = failure(type(error).__name__, traceback.format_exc()[-2000:])
        file.write_text(json.dumps(answer, default=str))
        os._exit(0)
    deadline = time.monotonic() + seconds
    while not os.waitpid(child, os.WNOHANG)[0]:
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            file.write_text(json.dumps(failure("OracleTimeout", f"no answer in {seconds:.0f} s")))
            break
        time.sleep(0.02)
    text = file.read_text()
    file.unlink()
    answer = json.loads(text) if text else failure("NoOutput", "the child ended without an answer")
    return dict(answer)


for line in sys.stdin:
    sys.stdout.write(json.dumps(answer_in_child(json.loads(line), float(sys.argv[1]))) + "\n")
    sys.stdout.flush()
