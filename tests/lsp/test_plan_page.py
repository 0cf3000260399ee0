"""What editors show of plans: the report for a page, the places it leads to, lenses and hovers."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from editors import Editor, until, until_async
from stateaware.schema_files import bundle_schema
from unit.locate.test_lenses import FILES as SMALL
from written import write_files

pytestmark = pytest.mark.asyncio

ENTRIES = "models/staging/s.yml"
FILES: dict[str, str | bytes] = {
    **SMALL,
    "seeds/codes.csv": "id\n1\n",
    "snapshots/snap.sql": "{% snapshot snap %}select * from {{ ref('plain') }}{% endsnapshot %}",
}
OPTIONS = {
    "settings": {"poll": 50, "pause": 50},
    "clientCommands": ["stateaware.explain", "stateaware.simulatePlan", "stateaware.showLocations"],
}
NOW = datetime.now(timezone.utc).replace(microsecond=0)
PAY = "source.shop.raw.pay"


async def execute(client: Any, command: str, argument: Any) -> Any:
    """Run a command; a report must fit its schema."""
    params = types.ExecuteCommandParams(f"stateaware.server.{command}", [argument])
    found = await client.workspace_execute_command_async(params)
    answer = plain(found)
    if command == "report" and answer is not None:
        jsonschema.validate(answer, bundle_schema("report"))
    return answer


def plain(value: Any) -> Any:
    """What a client makes of JSON, as JSON."""
    return json.loads(json.dumps(value, default=lambda one: getattr(one, "_asdict", lambda: vars(one))()))


def decisions(report: Any) -> dict[str, str]:
    return {node["name"]: node["decision"] for node in report["nodes"]}


def ago(minutes: float) -> str:
    return (NOW - timedelta(minutes=minutes)).isoformat()


def write_artifact(root: Path, kind: str, results: list[dict[str, Any]], minutes: float = 10) -> None:
    """An artifact of dbt in the target folder, written so many minutes ago, in one step as seen by others."""
    number = {"run-results": 6, "sources": 3}[kind]
    metadata = {
        "dbt_schema_version": f"https://schemas.getdbt.com/dbt/{kind}/v{number}.json",
        "dbt_version": "1.11.0",
        "generated_at": ago(minutes),
        "invocation_id": f"{kind} {minutes}",
    }
    target = root / "target"
    target.mkdir(exist_ok=True)
    (target / "written").write_text(json.dumps({"metadata": metadata, "results": results}))
    (target / "written").replace(target / f"{kind.replace('-', '_')}.json")


def built(minutes: float, *names: str) -> list[dict[str, Any]]:
    timing = [{"name": "execute", "started_at": ago(minutes + 1), "completed_at": ago(minutes)}]
    return [{"unique_id": f"model.shop.{name}", "status": "success", "timing": timing} for name in names]


def loaded(minutes: float) -> list[dict[str, Any]]:
    return [{"unique_id": PAY, "max_loaded_at": ago(minutes), "snapshotted_at": ago(1), "status": "pass"}]


async def plan_lenses(client: Any, root: Path, file: str) -> list[types.Command]:
    document = types.TextDocumentIdentifier((root / file).as_uri())
    found = await client.text_document_code_lens_async(types.CodeLensParams(document)) or []
    commands = [lens.command for lens in found if lens.command]
    return [one for one in commands if one.command.endswith("simulatePlan")]


async def test_a_plan_where_nothing_is_known_and_where_it_is_stated(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "visual-studio-code") as client:
        report = await execute(client, "report", {"project": str(tmp_path)})
        assert (report["kind"], report["project"], report["mode"]) == ("plan", "shop", "recommended")
        assert set(decisions(report).values()) == {"unknown"}
        assert report["basis"] == ["nothing known of earlier builds"]
        question = {
            "kind": "plan",
            "at": "2026-11-22T09:00:00Z",
            "mode": "sao",
            "new_data": {PAY: "2026-11-22T08:40Z"},
            "changed": ["model.shop.own", "model.shop.gone"],
            "full_refresh": False,
        }
        asked = {"uri": (tmp_path / ENTRIES).as_uri(), "question": question}
        report = await execute(client, "report", asked)
        assert (report["at"], report["mode"]) == ("2026-11-22T09:00:00+00:00", "sao")
        (source,) = (one for one in report["sources"] if one["unique_id"] == PAY)
        assert (source["at"], source["measured_by"]) == ("2026-11-22T08:40:00+00:00", "assumed")
        notes = {(note["kind"], note["unique_id"]): note["text"] for note in report["notes"]}
        assert notes["assumed", "model.shop.own"] == "its code has changed, as stated"
        assert "`gone`" in notes["note", ""]
        assert "08:40" in notes["assumed", PAY]
        refreshed = await execute(client, "report", {**asked, "question": {"full_refresh": True}})
        assert refreshed["full_refresh"]
        assert decisions(refreshed)["plain"] == "build"
        only = await execute(client, "report", {**asked, "question": {"select": "plain"}})
        assert set(decisions(only)) == {"plain"}
        assert await execute(client, "report", {"project": str(tmp_path / "other")}) is None


async def test_artifacts_count_and_tell_their_age(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    write_artifact(tmp_path, "run-results", built(50, "plain", "own", "code"), minutes=50)
    async with client_for(tmp_path, "visual-studio-code") as client:
        at = (NOW + timedelta(minutes=5)).isoformat()
        asked = {"project": str(tmp_path), "question": {"at": at}}
        (basis,) = (await execute(client, "report", asked))["basis"]
        assert basis == "builds from target/run_results.json (dbt 1.11.0), 55 min old"
        write_artifact(tmp_path, "sources", loaded(20))
        report = await execute(client, "report", asked)
        assert report["basis"][1] == "new data from target/sources.json (dbt 1.11.0), 15 min old"
        (plain,) = (node for node in report["nodes"] if node["name"] == "plain")
        assert (plain["decision"], plain["reason"]) == ("reuse", "WITHIN_BUILD_AFTER")
        assert plain["eligible_at"] == (NOW + timedelta(minutes=70)).isoformat()
        later = {"at": (NOW + timedelta(minutes=71)).isoformat()}
        report = await execute(client, "report", {**asked, "question": later})
        assert decisions(report)["plain"] == "build"
        assert report["basis"][0].endswith("2 h 1 min old")


async def test_what_is_typed_counts(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    write_artifact(tmp_path, "run-results", built(90, "plain"))
    write_artifact(tmp_path, "sources", loaded(20))
    async with client_for(tmp_path, "visual-studio-code") as client:
        asked = {"project": str(tmp_path)}
        assert decisions(await execute(client, "report", asked))["plain"] == "reuse"
        editor = Editor(client, tmp_path)
        editor.open("dbt_project.yml")
        text = str(FILES["dbt_project.yml"])
        assert "count: 2, period: hour" in text
        editor.write("dbt_project.yml", text.replace("count: 2, period: hour", "count: 1, period: hour"))
        assert decisions(await execute(client, "report", asked))["plain"] == "build"


async def test_an_artifact_that_cannot_be_read_is_told_until_it_can(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    (tmp_path / "target").mkdir()
    (tmp_path / "target/run_results.json").write_text("{")
    async with client_for(tmp_path, "visual-studio-code", OPTIONS) as client:
        for _ in range(2):
            with pytest.raises(JsonRpcException, match="half written"):
                await execute(client, "report", {"project": str(tmp_path)})
        (lens,) = await plan_lenses(client, tmp_path, "models/staging/plain.sql")
        assert lens.title == "simulate"
        write_artifact(tmp_path, "run-results", built(5, "plain"))
        report = await execute(client, "report", {"project": str(tmp_path)})
        assert report["basis"][0].startswith("builds from target/run_results.json")


async def test_a_project_file_that_cannot_be_read_is_told(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, {**FILES, "dbt_project.yml": "name: shop\n  x: {"})
    async with client_for(tmp_path, "visual-studio-code") as client:
        with pytest.raises(JsonRpcException, match=r"dbt_project\.yml:2"):
            await execute(client, "report", {"project": str(tmp_path)})


async def test_a_simulation(client_for: Any, tmp_path: Path) -> None:
    settings = '[jobs.nightly]\nhours = [2]\n[jobs.often]\nevery = "2h"\nselect = ["plain"]\n'
    write_files(tmp_path, {**FILES, "stateaware.toml": settings})
    async with client_for(tmp_path, "visual-studio-code") as client:

        async def ask(**question: Any) -> Any:
            whole = {"kind": "simulation", "at": "2026-11-22T00:00Z", **question}
            return await execute(client, "report", {"project": str(tmp_path), "question": whole})

        report = await ask(**{"for": "1d"})
        assert (report["kind"], report["jobs"]) == ("simulation", ["often", "nightly"])
        assert (report["settings_jobs"], report["totals"]["runs"]) == (["nightly", "often"], 13)
        assert report["end"] == "2026-11-23T00:00:00+00:00"
        report = await ask(every="6h", new_data={PAY: "2026-11-22T07:00Z"}, **{"for": "1d"})
        assert (report["jobs"], report["totals"]["runs"]) == (["every 6h"], 4)
        (source,) = (one for one in report["sources"] if one["unique_id"] == PAY)
        assert report["loads"][source["loads"]] == [7 * 3600]
        (plain,) = (node for node in report["nodes"] if node["name"] == "plain")
        assert plain["built"][::3] == [0, 2]
        assert (await ask(jobs=["nightly"]))["totals"]["runs"] == 7
        with pytest.raises(JsonRpcException, match=r"no job `nightli`.*nightly"):
            await ask(jobs=["nightli"])


async def test_the_last_question_wins(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "visual-studio-code") as client:
        assert await execute(client, "report", {"project": str(tmp_path)})
        long = {"kind": "simulation", "every": "1m", "for": "300d"}
        first = asyncio.ensure_future(execute(client, "report", {"project": str(tmp_path), "question": long}))
        await asyncio.sleep(0.2)
        assert await execute(client, "report", {"project": str(tmp_path)})
        with pytest.raises(JsonRpcException, match="something else was asked"):
            await first


async def test_places(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "visual-studio-code") as client:

        async def place(**asked: Any) -> tuple[str, int]:
            found = await execute(client, "place", {"project": str(tmp_path), **asked})
            location = found["location"]
            file = location["uri"].removeprefix(tmp_path.as_uri() + "/")
            return file, location["range"]["start"]["line"] + 1

        assert await place(unique_id="model.shop.plain", what="setting") == ("dbt_project.yml", 8)
        assert await place(unique_id="model.shop.plain", what="file") == ("models/staging/plain.sql", 1)
        assert await place(unique_id="model.shop.own", mode="state") == (ENTRIES, 5)
        assert await place(unique_id=PAY) == (ENTRIES, 8)
        assert await place(unique_id=PAY, what="file") == (ENTRIES, 10)
        assert await place(unique_id="seed.shop.codes") == ("seeds/codes.csv", 1)
        assert await place(unique_id="snapshot.shop.snap") == ("snapshots/snap.sql", 1)
        found = await execute(client, "place", {"uri": (tmp_path / "models/staging/plain.sql").as_uri()})
        assert (found["project"], found["name"], found["unique_id"]) == (
            str(tmp_path),
            "shop",
            "model.shop.plain",
        )
        found = await execute(client, "place", {"uri": (tmp_path / "dbt_project.yml").as_uri()})
        assert (found["unique_id"], found["location"]) == (None, None)
        assert (await execute(client, "place", {"project": str(tmp_path), "unique_id": "model.shop.no"}))[
            "location"
        ] is None
        assert await execute(client, "place", {"uri": (tmp_path / "README.md").as_uri()}) is None


async def test_lenses_and_hovers_tell_the_decision_once_state_is_known(
    client_for: Any, tmp_path: Path
) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "visual-studio-code", OPTIONS) as client:
        news: list[Any] = []
        client.feature("stateaware/plan")(lambda told: news.append(told))
        file = "models/staging/plain.sql"
        position = types.TextDocumentPositionParams(
            types.TextDocumentIdentifier((tmp_path / ENTRIES).as_uri()), types.Position(1, 12)
        )

        async def hover() -> str:
            found = await client.text_document_hover_async(
                types.HoverParams(position.text_document, position.position)
            )
            assert found
            assert isinstance(found.contents, types.MarkupContent)
            return found.contents.value

        await execute(client, "report", {"project": str(tmp_path)})
        (lens,) = await plan_lenses(client, tmp_path, file)
        assert lens.title == "simulate"
        assert plain(lens.arguments) == [{"project": str(tmp_path), "node": "model.shop.plain"}]
        assert "Would be" not in await hover()
        write_artifact(tmp_path, "run-results", built(90, "plain", "own"))
        write_artifact(tmp_path, "sources", loaded(20))

        async def says(words: str) -> bool:
            return words in (await plan_lenses(client, tmp_path, file))[0].title

        end = NOW + timedelta(minutes=30)
        words = f"{end:%H:%M}" if end.date() == NOW.date() else f"{end:%Y-%m-%d %H:%M}"
        await until_async(lambda: says(f"would be reused until {words}"))
        assert await until(lambda: news)
        assert (await plan_lenses(client, tmp_path, file))[0].title.endswith("UTC  ·  simulate")
        assert f"next eligible {words}" in await hover()
        title, said, *_ = (await hover()).split("\n\n")
        assert "plain" in title
        assert said.startswith("Would be reused now: built 1 h 3")
        _, lens = await plan_lenses(client, tmp_path, ENTRIES)
        assert lens.title.startswith("would be reused until")
        assert plain(lens.arguments) == [{"project": str(tmp_path), "node": "model.shop.own"}]
        write_artifact(tmp_path, "run-results", built(150, "plain", "own"))
        await until_async(lambda: says("would build: new data in source raw.pay"))
        assert "Would be built now: new data in source raw.pay" in await hover()
        editor = Editor(client, tmp_path)
        editor.open("dbt_project.yml")
        text = str(FILES["dbt_project.yml"])
        editor.write("dbt_project.yml", text.replace("count: 2, period: hour", "count: 1, period: day"))
        await until_async(lambda: says("would be reused until"))
        (tmp_path / "target/run_results.json").unlink()
        (tmp_path / "target/sources.json").unlink()
        await until_async(lambda: _is_bare(client, tmp_path, file))


async def _is_bare(client: Any, root: Path, file: str) -> bool:
    return (await plan_lenses(client, root, file))[0].title == "simulate"


async def test_plans_in_the_text_can_be_switched_off(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    write_artifact(tmp_path, "run-results", built(90, "plain", "own"))
    write_artifact(tmp_path, "sources", loaded(20))
    off = {**OPTIONS, "settings": {"plan": {"enabled": False}, "poll": 50, "pause": 50}}
    async with client_for(tmp_path, "visual-studio-code", off) as client:
        assert decisions(await execute(client, "report", {"project": str(tmp_path)}))["plain"] == "reuse"
        assert await plan_lenses(client, tmp_path, "models/staging/plain.sql") == []


async def test_an_editor_that_shows_no_page_gets_the_decision_alone(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    file = "models/staging/plain.sql"
    settings = {"settings": OPTIONS["settings"]}
    async with client_for(tmp_path, "visual-studio-code", settings) as client:
        await execute(client, "report", {"project": str(tmp_path)})
        assert await plan_lenses(client, tmp_path, file) == []
        write_artifact(tmp_path, "run-results", built(90, "plain"))
        write_artifact(tmp_path, "sources", loaded(20))
        found = await until_async(lambda: plan_lenses(client, tmp_path, file))
        assert found[0].command == "stateaware.server.simulatePlan"
        assert found[0].title.startswith("would be reused until")
        plan = await execute(client, "simulatePlan", found[0].arguments[0])
        assert plan["plan"]["nodes"][0]["decision"] == "reuse"


@pytest.mark.parametrize(
    ("command", "argument", "message"),
    [
        ("report", 3, "must be an object"),
        ("report", {"project": "x", "question": 3}, "`question` must be an object"),
        ("report", {"project": "x", "question": {"kind": "x"}}, "`kind` must be"),
        ("report", {"project": "x", "question": {"mode": "x"}}, "`mode` must be one of"),
        ("report", {"project": "x", "question": {"at": "soon"}}, "is no moment"),
        ("report", {"project": "x", "question": {"at": 3}}, "`at` must be a text"),
        ("report", {"project": "x", "question": {"new_data": [1]}}, "`new_data` must be an object"),
        ("report", {"project": "x", "question": {"new_data": {"a": "b"}}}, "is no moment"),
        ("report", {"project": "x", "question": {"changed": "a"}}, "`changed` must be a list"),
        ("report", {"project": "x", "question": {"for": "900d"}}, "at most 366 days"),
        ("report", {}, "lacks `uri`"),
        ("place", {"project": "{root}", "unique_id": 3}, "lacks `unique_id`"),
        (
            "report",
            {
                "project": "{root}",
                "question": {"at": "2026-11-22T09:00Z", "new_data": {PAY: "2026-11-22T09:01Z"}},
            },
            "source raw.pay comes after the run",
        ),
        ("report", {"project": "{root}", "question": {"select": "nope:x"}}, "nope"),
    ],
)
async def test_wrong_questions_are_told(
    client_for: Any, tmp_path: Path, command: str, argument: Any, message: str
) -> None:
    write_files(tmp_path, FILES)
    if isinstance(argument, dict) and argument.get("project") == "{root}":
        argument = {**argument, "project": str(tmp_path)}
    async with client_for(tmp_path, "visual-studio-code") as client:
        with pytest.raises(JsonRpcException, match=message):
            await execute(client, command, argument)
