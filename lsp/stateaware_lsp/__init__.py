"""The language server: it asks `stateaware.index` and renders for an editor. No rule lives here."""
