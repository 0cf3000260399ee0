"""Static reading of model files: ``config()``, ``ref()`` and ``source()`` calls with exact ranges."""

from stateaware.syntax.sql.calls import (
    ConfigCall,
    MacroDefinition,
    RefCall,
    SourceCall,
    SqlFacts,
    SqlProblem,
)
from stateaware.syntax.sql.scan import DECIDING, scan_sql

__all__ = [
    "DECIDING",
    "ConfigCall",
    "MacroDefinition",
    "RefCall",
    "SourceCall",
    "SqlFacts",
    "SqlProblem",
    "scan_sql",
]
