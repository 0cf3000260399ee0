"""What is built, installed and run is what the checkout holds. No network is needed."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import Final

import pytest
from build import ProjectBuilder

from stateaware import __version__

ROOT: Final = Path(__file__).parents[2]
SCHEMAS: Final = {path.name for path in (ROOT / "schemas").glob("*.json")}

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path) -> str:
    """The output of a command that must succeed, without this environment's PYTHONPATH."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def install(archive: str, folder: Path) -> Path:
    """The Python of a new environment that holds this wheel alone, without its dependencies."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-deps",
        "--no-index",
        archive,
        cwd=folder,
    )
    return python


def site_packages(python: Path) -> Path:
    return Path(
        run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=python.parent).strip()
    )


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> str:
    return ProjectBuilder(ROOT).build("sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Built from the unpacked sdist, so that it is known to hold all that a build needs."""
    folder = tmp_path_factory.mktemp("wheel")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    return ProjectBuilder(source).build("wheel", folder)


@pytest.fixture(scope="module")
def python(wheel: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(wheel, tmp_path_factory.mktemp("env"))


def test_sdist_holds_the_sources_and_no_more(sdist: str) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1].split("/")[0] for name in archive.getnames()}
    assert names == {
        ".gitignore",
        "CHANGELOG.md",
        "LICENSE",
        "PKG-INFO",
        "README.md",
        "core",
        "lsp",
        "pyproject.toml",
        "schemas",
    }


def test_wheel_holds_both_packages_typed_and_the_schemas(wheel: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    info = f"stateaware-{__version__}.dist-info"
    assert {name.split("/")[0] for name in names} == {"stateaware", "stateaware_lsp", info}
    assert {"stateaware/py.typed", "stateaware_lsp/py.typed", f"{info}/licenses/LICENSE"} <= names
    assert {name for name in names if name.startswith("stateaware/schemas/")} == {
        f"stateaware/schemas/{name}" for name in SCHEMAS
    }
    for top, package in (("core", "stateaware"), ("lsp", "stateaware_lsp")):
        sources = {path.relative_to(ROOT / top).as_posix() for path in (ROOT / top / package).rglob("*.py")}
        assert {name for name in names if name.startswith(f"{package}/") and name.endswith(".py")} == sources


def test_wheel_metadata(wheel: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = Parser().parsestr(archive.read(f"stateaware-{__version__}.dist-info/METADATA").decode())
    assert metadata["Name"] == "stateaware"
    assert metadata["Version"] == __version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.10"
    assert set(metadata.get_all("Provides-Extra") or ()) >= {"lsp", "dev"}
    assert metadata["Description-Content-Type"] == "text/markdown"


def test_only_the_two_packages_land_in_site_packages(python: Path) -> None:
    landed = {path.name for path in site_packages(python).iterdir()}
    assert landed - {"__pycache__"} == {"stateaware", "stateaware_lsp", f"stateaware-{__version__}.dist-info"}


def test_installed_program_tells_its_version_without_its_dependencies(python: Path) -> None:
    expected = f"stateaware {__version__}\n"
    assert run(python.with_name("stateaware"), "--version", cwd=python.parent) == expected
    assert run(python, "-m", "stateaware", "--version", cwd=python.parent) == expected


def test_installed_package_finds_its_schemas(python: Path) -> None:
    listing = "from stateaware.schema_files import schema_names; print(*schema_names())"
    found = run(python, "-c", listing, cwd=python.parent).split()
    assert {f"{name}.schema.json" for name in found} == SCHEMAS


def test_editable_install_runs_the_checkout(tmp_path: Path) -> None:
    archive = ProjectBuilder(ROOT).build("editable", tmp_path)
    python = install(archive, tmp_path / "env")
    where = (
        "import stateaware, stateaware_lsp; print(stateaware.__file__, stateaware_lsp.__file__, sep='\\n')"
    )
    assert run(python, "-c", where, cwd=tmp_path).split() == [
        str(ROOT / "core" / "stateaware" / "__init__.py"),
        str(ROOT / "lsp" / "stateaware_lsp" / "__init__.py"),
    ]
    listing = "from stateaware.schema_files import schema_names; print(*schema_names())"
    assert len(run(python, "-c", listing, cwd=tmp_path).split()) == len(SCHEMAS)
