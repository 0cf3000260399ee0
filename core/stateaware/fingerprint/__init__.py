"""Whether the code of a node is what it was: fingerprints that whitespace and comments do not change."""
