"""The fast way: prints a stored result where nothing has changed that it depends on."""

from __future__ import annotations

import gc
import os
import sys
import time

from stateaware.cache.entry import Entry, read_entry
from stateaware.cache.key import SECRET, run_key
from stateaware.cache.place import private_folder

RESULTS = "results"
_INTERRUPTED = 2


def recall(arguments: list[str]) -> int | None:
    """Print the stored result of a command line, and return its exit code; None where it must be run."""
    started = time.perf_counter()
    name = run_key(arguments)
    folder = private_folder(RESULTS) if name is not None else None
    if name is None or folder is None:
        return None
    collecting = gc.isenabled()
    gc.disable()
    try:
        entry = read_entry(os.path.join(folder, name))
        if entry is None or not entry.holds() or _tells_secret(entry):
            return None
        return _print(entry, started)
    finally:
        if collecting:
            gc.enable()


def _tells_secret(entry: Entry) -> bool:
    """Whether the text has a secret of this run in it, or one that it may spell in several ways."""
    text = entry.before + entry.after + entry.errors
    for name, value in os.environ.items():
        if name.startswith(SECRET) and (value in text or not (value.isascii() and value.isprintable())):
            return True
        if name.startswith(SECRET) and ("\\" in value or '"' in value):
            return True
    return False


def _print(entry: Entry, started: float) -> int | None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    text = entry.after
    if entry.before:
        text = f"{entry.before}{time.perf_counter() - started:.2f}{entry.after}"
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
        sys.stderr.write(entry.errors)
        sys.stderr.flush()
    except BrokenPipeError:
        # whoever read the output has gone; Python would complain once more when it closes the stream
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _INTERRUPTED
    except (OSError, ValueError):
        return None  # the long way tells what is wrong with the output
    return entry.code
