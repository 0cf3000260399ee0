"""Where the editors are that `set_up` installed, and the packages that `build` made."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
EXTENSION: Final = ROOT / "editors" / "vscode"
TOOLS: Final = Path(os.environ.get("STATEAWARE_EDITORS", ROOT / ".editors")).absolute()

NODE: Final = TOOLS / "node" / "bin"
CODE_SERVER: Final = TOOLS / "code-server" / "node_modules" / ".bin" / "code-server"
NEOVIM: Final = TOOLS / "venv" / "bin" / "nvim"
CHROMIUM: Final = Path("/usr/bin/chromium")
UNIVERSAL: Final = EXTENSION / "stateaware.vsix"
LINUX_X64: Final = EXTENSION / "stateaware-linux-x64.vsix"

# The server as one has it in an environment, from this checkout.
SERVER: Final = (sys.executable, "-m", "stateaware", "lsp")
SERVER_ENVIRONMENT: Final = {"PYTHONPATH": os.pathsep.join([str(ROOT / "core"), str(ROOT / "lsp")])}


def need(*files: Path) -> None:
    """Skip the test where one of these is not installed or built."""
    for file in files:
        if not file.exists():
            pytest.skip(f"no {file.name}: bash tests/editors/run installs and builds what can be had here")
