"""Which blocks of a file are snapshots."""

from __future__ import annotations

import pytest

from stateaware.graph.snapshots import snapshot_blocks


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{% snapshot a %}select 1{% endsnapshot %}", {"a": "select 1"}),
        ("{%- snapshot a -%} x {%- endsnapshot -%}", {"a": " x "}),
        ("{%+ snapshot a +%}x{%+ endsnapshot +%}", {"a": "x"}),
        ("{%snapshot a%}x{%endsnapshot%}\n{% snapshot b %}\ny\n{% endsnapshot %}", {"a": "x", "b": "\ny\n"}),
        ("{# {% snapshot a %}x{% endsnapshot %} #}{% snapshot b %}y{% endsnapshot %}", {"b": "y"}),
        ("{% snapshot a %}{# {% endsnapshot %} #}x{% endsnapshot %}", {"a": "{# {% endsnapshot %} #}x"}),
        ("{% raw %}{% snapshot a %}x{% endsnapshot %}{% endraw %}", {}),
        ("{% snapshot a %}half typed", {}),
        ("select 1", {}),
    ],
)
def test_blocks(text: str, found: dict[str, str]) -> None:
    assert dict(snapshot_blocks(text)) == found


def test_an_endless_text_takes_no_endless_time() -> None:
    text = "{% snapshot a %}" * 3000 + "{# " * 3000 + " endsnapshot"
    assert not dict(snapshot_blocks(text))
