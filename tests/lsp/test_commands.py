"""The server's commands: what they answer, for whom, and that it fits the schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from editors import Editor
from stateaware.schema_files import bundle_schema
from unit.locate.test_lenses import FILES as SMALL
from written import write_files

pytestmark = pytest.mark.asyncio

ENTRIES = "models/staging/s.yml"
FILES: dict[str, str | bytes] = {
    **SMALL,
    ENTRIES: str(SMALL[ENTRIES])
    + "      - name: users\n  - name: empty\nsnapshots:\n  - name: snap\n"
    + "exposures:\n  - name: board\n",
    "models/versions.yml": "models:\n  - name: dim\n    versions: [{v: 1}, {v: 2}]\n",
    "models/dim_v1.sql": "select 1 as id",
    "models/dim_v2.sql": "select 1 as id from {{ ref('nowhere') }}",
}


async def execute(client: Any, command: str, *arguments: Any) -> Any:
    """Run a command; the answer must fit its schema."""
    params = types.ExecuteCommandParams(f"stateaware.server.{command}", list(arguments))
    found = plain(await client.workspace_execute_command_async(params))
    schemas = {"explain": "editor-explain", "simulatePlan": "editor-plan"}
    if command in schemas and found is not None:
        jsonschema.validate(found, bundle_schema(schemas[command]))
    return found


def plain(value: Any) -> Any:
    """What a client makes of JSON, as JSON."""
    return json.loads(json.dumps(value, default=lambda one: getattr(one, "_asdict", lambda: vars(one))()))


def at(file: str, word: str) -> dict[str, int]:
    text = str(FILES[file])
    offset = text.index(word)
    return {"line": text.count("\n", 0, offset), "character": offset - text.rfind("\n", 0, offset) - 1}


async def test_explain_a_place(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "visual-studio-code") as client:
        await execute(client, "checkWorkspace")

        async def said(file: str, word: str = "") -> Any:
            target: dict[str, Any] = {"uri": (tmp_path / file).as_uri()}
            if word:
                target["position"] = at(file, word)
            return await execute(client, "explain", target)

        plain_model = await said(ENTRIES, "plain")
        assert (plain_model["node"], plain_model["kind"]) == ("model.shop.plain", "model")
        assert plain_model["parents"] == [
            {"unique_id": "source.shop.raw.pay", "text": "dated by the warehouse's metadata"}
        ]
        assert plain_model["conclusion"].startswith("builds at most every 2 hours")
        layer = plain_model["values"][0]["layers"][0]
        assert layer["location"]["uri"] == (tmp_path / "dbt_project.yml").as_uri()
        assert layer["location"]["range"]["start"]["line"] == 7
        assert (await said(ENTRIES, "pay"))["node"] == "source.shop.raw.pay"
        assert (await said("models/staging/plain.sql", "'raw'"))["node"] == "source.shop.raw.pay"
        assert (await said("models/staging/plain.sql"))["node"] == "model.shop.plain"
        folder = await said("dbt_project.yml", "staging")
        assert (folder["node"], folder["kind"]) == ("models.shop.staging", "folder")
        assert "reaches 2 models" in folder["text"]
        assert folder["values"][0]["layers"][0]["status"] == "in force"
        several = await said(ENTRIES, "raw")
        assert (several["node"], several["kind"], several["values"]) == ("raw", "group", [])
        assert "users" in several["text"]
        assert (await said("models/versions.yml", "dim"))["kind"] == "group"
        assert not (await execute(client, "explain", {"node": "model.shop.dim.v2"}))["parents_complete"]
        assert await said(ENTRIES) is None  # several nodes, and none of them is meant
        assert await said(ENTRIES, "board") is None


async def test_plans_of_a_node_a_file_and_a_project(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "visual-studio-code") as client:
        (project,) = (await execute(client, "checkWorkspace"))["projects"]

        async def names(target: dict[str, Any]) -> list[str] | None:
            plan = await execute(client, "simulatePlan", target)
            return None if plan is None else sorted(node["unique_id"] for node in plan["plan"]["nodes"])

        everything = await names({"project": project["root"]})
        assert everything is not None
        assert len(everything) == 6
        assert await names({"project": tmp_path.as_uri()}) == everything
        assert await names({"project": str(tmp_path / "other")}) is None
        assert await names({"uri": (tmp_path / "models/code.sql").as_uri()}) == ["model.shop.code"]
        assert await names({"node": "dim", "project": project["root"]}) is not None
        assert await names({"node": "source.shop.raw.pay"}) is None
        assert await names({"uri": (tmp_path / "no.sql").as_uri()}) is None
        assert await names({"uri": (tmp_path / "dbt_project.yml").as_uri()}) == everything


async def test_a_plan_from_what_is_stated_and_from_the_target_folder(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "visual-studio-code") as client:
        await execute(client, "checkWorkspace")
        asked = {"node": "model.shop.plain", "at": "2026-11-22T09:00Z"}
        open_plan = await execute(client, "simulatePlan", asked)
        assert open_plan["plan"]["nodes"][0]["decision"] == "unknown"
        stated = {"assume": ["model:*@built:5h", "source:raw.pay@1h"], "mode": "sao"}
        plan = await execute(client, "simulatePlan", {**asked, **stated})
        jsonschema.validate(plan["plan"], bundle_schema("plan-output"))
        (node,) = plan["plan"]["nodes"]
        assert (node["decision"], node["reason"], plan["plan"]["mode"]) == ("build", "NEW_DATA", "sao")
        assert plan["text"].startswith("plain: build, new data in source raw.pay")
        for part in ("window", "last built", "parents"):
            assert part in plan["text"]
        schema = "https://schemas.getdbt.com/dbt/run-results/v6.json"
        result = {
            "unique_id": "model.shop.plain",
            "status": "error",
            "timing": [{"name": "execute", "completed_at": "2026-11-22T08:00:00Z"}],
        }
        results = {"metadata": {"dbt_schema_version": schema}, "results": [result]}
        (tmp_path / "target").mkdir()
        (tmp_path / "target/run_results.json").write_text(json.dumps(results))
        plan = await execute(client, "simulatePlan", asked)
        assert plan["plan"]["nodes"][0]["reason"] == "LAST_BUILD_FAILED"
        (tmp_path / "target/run_results.json").write_text("{")
        with pytest.raises(JsonRpcException, match="half written"):
            await execute(client, "simulatePlan", asked)


async def test_what_is_checked_is_what_is_typed(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "visual-studio-code") as client:
        (before,) = (await execute(client, "checkWorkspace"))["projects"]
        editor = Editor(client, tmp_path)
        editor.open(ENTRIES)
        editor.write(ENTRIES, str(FILES[ENTRIES]).replace("hour}", "hours}"))
        (after,) = (await execute(client, "checkWorkspace"))["projects"]
        assert after["errors"] == before["errors"] + 1


async def test_the_tree_has_places_to_go_to(client_for: Any, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "visual-studio-code") as client:
        await execute(client, "checkWorkspace")
        for file in (ENTRIES, "dbt_project.yml", "models/code.sql"):
            tree = await execute(client, "tree", {"uri": (tmp_path / file).as_uri()})
            assert tree["nodes"]
            for node in tree["nodes"]:
                assert node["location"]["uri"]
                for key in node["children"]:
                    assert {"label", "description", "tooltip", "icon", "children"} <= set(key)
                    assert all(layer["location"]["uri"] for layer in key["children"])
        assert await execute(client, "tree", {"uri": "file:///nowhere.sql"}) == {"nodes": []}


@pytest.mark.parametrize(
    ("command", "arguments", "message"),
    [
        ("explain", [], "1 arguments"),
        ("explain", [3], "must be an object"),
        ("explain", [{"node": 3}], "lacks `node`"),
        ("explain", [{"node": "plain", "project": 3}], "lacks `project`"),
        ("explain", [{"uri": "file:///x", "position": {"line": "a"}}], "`line` and `character`"),
        (
            "explain",
            [{"uri": "file:///x", "position": {"line": -1, "character": 0}}],
            "`line` and `character`",
        ),
        ("simulatePlan", [{}], "lacks `project`"),
        ("simulatePlan", [{"node": "plain", "at": "soon"}], "is no moment"),
        ("simulatePlan", [{"node": "plain", "mode": "x"}], "`mode` must be one of"),
        ("simulatePlan", [{"node": "plain", "assume": "x"}], "`assume` must be a list of texts"),
        ("simulatePlan", [{"node": "plain", "assume": ["x"]}], "cannot be read"),
        ("tree", [{"uri": ""}], "lacks `uri`"),
    ],
)
async def test_wrong_arguments_are_told(
    client_for: Any, tmp_path: Path, command: str, arguments: list[Any], message: str
) -> None:
    write_files(tmp_path, FILES)
    async with client_for(tmp_path, "visual-studio-code") as client:
        with pytest.raises(JsonRpcException, match=message):
            await execute(client, command, *arguments)
        assert await execute(client, "checkWorkspace")  # the server is still there
