"""The language server: a thin face over ``stateaware``."""
