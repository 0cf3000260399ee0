"""Says in words what is in force for a node, where it comes from, and what follows.

The terminal, the hover and the JSON output all show what is made here.
"""

from stateaware.explain.explanation import Explanation, explain_node
from stateaware.explain.text import explanation_lines, render_explanation

__all__ = ["Explanation", "explain_node", "explanation_lines", "render_explanation"]
