"""Fill bundled/libs with the server and what it imports: python scripts/bundle.py [--target TARGET].

The universal bundle holds pure Python only. That of a platform also holds PyYAML's C extension, once for
each CPython it is built for, side by side: the interpreter imports the file whose name carries its own tag,
and PyYAML falls back to pure Python where there is none.

Needs Python 3.10 or newer with pip, and the package registry.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Final

EXTENSION: Final = Path(__file__).resolve().parents[1]
ROOT: Final = EXTENSION.parents[1]
LIBS: Final = EXTENSION / "bundled" / "libs"
REQUIREMENTS: Final = EXTENSION / "bundled" / "requirements.txt"

OLDEST_PYTHON: Final = "3.10"
NATIVE: Final = (".so", ".pyd", ".dylib")

# The targets of vsce: the wheels' platform, and the CPythons that PyYAML has wheels for.
TARGETS: Final[dict[str, tuple[str, range]]] = {
    "linux-x64": ("manylinux_2_17_x86_64", range(10, 15)),
    "linux-arm64": ("manylinux_2_17_aarch64", range(10, 15)),
    "alpine-x64": ("musllinux_1_2_x86_64", range(10, 15)),
    "alpine-arm64": ("musllinux_1_2_aarch64", range(10, 15)),
    "darwin-x64": ("macosx_10_13_x86_64", range(10, 15)),
    "darwin-arm64": ("macosx_11_0_arm64", range(10, 15)),
    "win32-x64": ("win_amd64", range(10, 15)),
    "win32-arm64": ("win_arm64", range(11, 15)),
}


def main() -> int:
    """Make the bundle anew and say what it holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", choices=["universal", *TARGETS], default="universal")
    target = parser.parse_args().target

    shutil.rmtree(LIBS, ignore_errors=True)
    # Any platform will do for these: what is native is taken out again.
    wheels = [
        "--only-binary",
        ":all:",
        "--python-version",
        OLDEST_PYTHON,
        "--platform",
        "manylinux_2_17_x86_64",
    ]
    install(*wheels, "--requirement", str(REQUIREMENTS))
    install(str(ROOT))
    shutil.rmtree(LIBS / "bin", ignore_errors=True)
    for file in native_files():
        file.unlink()
    if target != "universal":
        add_yaml_loaders(*TARGETS[target])

    size = sum(file.stat().st_size for file in LIBS.rglob("*") if file.is_file())
    held = f"{target}, {len(native_files())} native files, {size / 1e6:.1f} MB"
    sys.stdout.write(f"{LIBS.relative_to(ROOT)}: {held}\n")
    return 0


def install(*arguments: str) -> None:
    """Install into the bundle with pip."""
    pip("install", "--target", str(LIBS), "--no-deps", "--no-compile", *arguments)


def add_yaml_loaders(platform: str, minors: range) -> None:
    """Take PyYAML's C extension out of its wheels for these versions of CPython 3."""
    pinned = next(line for line in REQUIREMENTS.read_text().splitlines() if line.startswith("PyYAML=="))
    for minor in minors:
        with tempfile.TemporaryDirectory() as folder:
            tags = ["--only-binary", ":all:", "--python-version", f"3.{minor}", "--platform", platform]
            pip("download", "--dest", folder, "--no-deps", *tags, pinned)
            (wheel,) = Path(folder).glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                for name in archive.namelist():
                    if name.endswith(NATIVE):
                        archive.extract(name, LIBS)


def native_files() -> list[Path]:
    """The files of the bundle that only run on one platform."""
    return [file for file in LIBS.rglob("*") if file.suffix in NATIVE]


def pip(*arguments: str) -> None:
    """Run this interpreter's pip."""
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True)  # noqa: S603 - our own arguments


if __name__ == "__main__":
    sys.exit(main())
