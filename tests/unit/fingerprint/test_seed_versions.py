"""Seeds are their content."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from stateaware.fingerprint.code import NodeCode
from stateaware.fingerprint.compare import differs, settle
from stateaware.fingerprint.seeds import recorded_version, seed_version
from stateaware.fingerprint.words import describe_change
from unit.fingerprint.manifests import SHOP, codes

# What dbt Core 1.11 and dbt v2 write for b"\r\nid,a\r\n1,2\r\n" and for b"\xef\xbb\xbfid,a\n1,2\xc2\xa0\n\n".
CRLF = b"\r\nid,a\r\n1,2\r\n"
BOM = b"\xef\xbb\xbfid,a\n1,2\xc2\xa0\n\n"
OF_DBT = (
    (CRLF, "8fb5836104778476d9e95ff822aa888fb0de55bae4cebf2b56a458dbd7230561"),
    (CRLF, "73963d4de6798e5618e90f7ebe9dda6f339a9061bb4cd4f1df51e94e274d3b08"),
    (BOM, "0c4634d423249a7619413ab00cef3f711be5206dbc8612fbcee4e0eb3a4afa6b"),
    (BOM, "9b7fa4b6899565256703bf017fdb589242a37bedfd1863b91cb74bdde81337d6"),
)


@pytest.mark.parametrize(("content", "checksum"), OF_DBT)
def test_the_checksums_of_both_engines_are_the_file(tmp_path: Path, content: bytes, checksum: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    recorded = {"name": "sha256", "checksum": checksum}
    assert recorded_version(recorded, file) == seed_version(file)
    file.write_bytes(content.replace(b"2", b"3"))
    assert recorded_version(recorded, file) != seed_version(file)


def test_a_path_in_place_of_a_hash_says_nothing(tmp_path: Path) -> None:
    assert recorded_version({"name": "path", "checksum": "seeds/a.csv"}, tmp_path / "a.csv") is None
    assert recorded_version({"name": "sha256", "checksum": "0"}, tmp_path / "gone.csv") is None
    assert recorded_version({}, tmp_path) is None


@pytest.mark.parametrize(
    "content", [b"", b" \n", b"a", b"\r\na\r\n\r\nb\r\n", b" " * 3_000_000 + b"a" + b"\r\n" * 2_000_000]
)
def test_ends_of_lines_and_whitespace_around_do_not_count(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    plain = sha256(content.strip().replace(b"\r\n", b"\n"))
    assert seed_version(file) == f"sha256:{plain.hexdigest()}"


def test_a_seed_is_compared_by_its_file_and_config() -> None:
    key = "seed.shop.raw_orders"
    then = codes("built")[key]
    assert then.raw == seed_version(SHOP / "seeds" / "raw_orders.csv")
    assert not differs(then, then, "duckdb")
    now = NodeCode(key, raw="sha256:0", relation=then.relation, config=then.config)
    assert differs(then, now, "duckdb")
    assert settle(then, now, "duckdb")[1].code == "sha256:0"
    assert describe_change(then, now, "duckdb") == "its file"
    typed = NodeCode(key, raw=then.raw, config={"column_types": {"id": "bigint"}})
    assert describe_change(then, typed, "duckdb") == "config column_types"
    assert not differs(NodeCode(key, raw=""), now, "duckdb")
    unread = NodeCode(key, raw=(then.raw or "").replace("sha256:", "dbt:"), config=then.config)
    assert not differs(then, unread, "duckdb")
