"""What the server can do: one module for each feature, with a function ``register``."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stateaware_lsp.server import Server


def register_all(server: Server) -> None:
    """Teach a server every feature in this folder."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}").register(server)
