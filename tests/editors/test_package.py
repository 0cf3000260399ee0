"""The packaged extension: what it holds, and that its server starts without anything else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from shutil import which

import pytest
from lsp_client import LspClient
from tools import EXTENSION, LINUX_X64, ROOT, UNIVERSAL, need
from workbench import copy_project

NATIVE = (".so", ".pyd", ".dylib")
PYTHONS = ["python3.10", "python3.11", "python3.12", "python3.13", "python3.14"]

# Refuses to load a native module that does not belong to Python itself.
WITHOUT_NATIVE = """
import runpy, sys
from importlib.machinery import ExtensionFileLoader

load = ExtensionFileLoader.create_module

def create_module(self, spec):
    if {bundle!r} in spec.origin:
        raise ImportError(f"native: {{spec.origin}}")
    return load(self, spec)

ExtensionFileLoader.create_module = create_module
sys.argv = [{launcher!r}, "lsp"]
runpy.run_path({launcher!r}, run_name="__main__")
"""


def names(package: Path) -> list[str]:
    need(package)
    with zipfile.ZipFile(package) as archive:
        return archive.namelist()


def unpack(package: Path, folder: Path) -> Path:
    """Unpack a .vsix and return its launcher."""
    need(package)
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    return folder / "extension" / "bundled" / "launch.py"


def assert_finds(command: list[str], folder: Path) -> None:
    """The server that this command starts finds the mistake in a file, and ends as it should."""
    project = folder / "project"
    copy_project(ROOT / "examples" / "jaffle_shop_broken", project)
    file = project / "models" / "marts" / "_marts.yml"
    client = LspClient(command, project)
    assert client.start({"engine": "fusion"})["serverInfo"]["name"] == "stateaware"
    client.open(file, "yaml")
    assert "SA106" in [found["code"] for found in client.diagnostics(file)]
    assert client.stop() == 0


def test_versions_are_the_same() -> None:
    package = json.loads((EXTENSION / "package.json").read_text())
    lock = json.loads((EXTENSION / "package-lock.json").read_text())
    version = re.search(r'"(.+)"', (ROOT / "core" / "stateaware" / "_version.py").read_text().split("=")[1])
    assert version
    assert package["version"] == lock["version"] == version[1]


def test_every_command_of_a_menu_is_contributed() -> None:
    contributes = json.loads((EXTENSION / "package.json").read_text())["contributes"]
    commands = {command["command"] for command in contributes["commands"]}
    assert {entry["command"] for menu in contributes["menus"].values() for entry in menu} == commands
    assert len(contributes["menus"]["commandPalette"]) == len(commands)


def test_settings_are_described() -> None:
    contributes = json.loads((EXTENSION / "package.json").read_text())["contributes"]
    for name, setting in contributes["configuration"]["properties"].items():
        assert "default" in setting, name
        assert setting.get("description") or setting.get("markdownDescription"), name


def test_package_holds_what_it_needs_and_no_more() -> None:
    held = [name.removeprefix("extension/") for name in names(UNIVERSAL)]
    needed = {"dist/extension.js", "dist/report/report.js", "dist/report/report.css", "bundled/launch.py"}
    assert {*needed, "images/icon.png", "LICENSE.txt"} <= set(held)
    assert [name for name in held if name.startswith(("src/", "node_modules/", "scripts/"))] == []
    assert [name for name in held if name.endswith((".pyc", ".map", ".ts"))] == []


def test_page_of_plans_is_that_of_its_own_server() -> None:
    need(UNIVERSAL)
    bundled = "extension/bundled/libs/stateaware/report/html/assets"
    with zipfile.ZipFile(UNIVERSAL) as archive:
        parts = json.loads(archive.read(f"{bundled}/manifest.json"))
        for kind, file in (("scripts", "report.js"), ("styles", "report.css")):
            whole = b"".join(archive.read(f"{bundled}/{name}") for name in parts[kind])
            assert archive.read(f"extension/dist/report/{file}") == whole


def test_universal_package_holds_nothing_native() -> None:
    assert [name for name in names(UNIVERSAL) if name.endswith(NATIVE)] == []


def test_platform_package_holds_the_yaml_loader_of_each_python() -> None:
    native = [Path(name).name for name in names(LINUX_X64) if name.endswith(NATIVE)]
    assert sorted(native) == [f"_yaml.cpython-3{minor}-x86_64-linux-gnu.so" for minor in range(10, 15)]


@pytest.mark.parametrize("python", PYTHONS)
def test_bundled_server_starts_on(python: str, tmp_path: Path) -> None:
    found = which(python)
    if not found or subprocess.run([found, "--version"], capture_output=True).returncode:
        pytest.skip(f"no {python} here")
    launcher = unpack(UNIVERSAL, tmp_path / "package")
    assert_finds([found, "-I", "-S", str(launcher), "lsp"], tmp_path)


def test_bundled_server_needs_no_native_module(tmp_path: Path) -> None:
    launcher = unpack(LINUX_X64, tmp_path / "package")
    program = WITHOUT_NATIVE.format(bundle=str(launcher.parent), launcher=str(launcher))
    assert_finds([sys.executable, "-I", "-S", "-c", program], tmp_path)


@pytest.mark.parametrize(("package", "loader"), [(UNIVERSAL, False), (LINUX_X64, True)])
def test_yaml_loader(package: Path, loader: bool, tmp_path: Path) -> None:
    libs = unpack(package, tmp_path).parent / "libs"
    program = f"import sys; sys.path.insert(0, {str(libs)!r}); import yaml; print(yaml.__with_libyaml__, yaml.__file__)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(loader), str(libs / "yaml" / "__init__.py")]
