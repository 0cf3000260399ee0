"""Starts the bundled server: python -I -S launch.py lsp.

Only the packages beside this file are used, and nothing of the interpreter's own site-packages.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "libs"))

from stateaware.__main__ import start

if __name__ == "__main__":
    start()
