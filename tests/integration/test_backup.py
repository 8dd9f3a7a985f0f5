"""A copy of an SQLite ledger: whole, marked, private, and put back without losing what was there."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from campaigns.errors import LedgerError, NotAllowed
from campaigns.ledger.adopting import as_of
from campaigns.ledger.backup import back_up, put_back
from tests.integration.shop import HOUR, NOON, Shop, lead, shop_at


def at(path: Path) -> str:
    return f"sqlite:///{path}"


def names(shop: Shop) -> list[str]:
    return [shop.campaign_row(row.campaign_id).name for row in shop.contacts()]


def test_a_copy_is_of_one_instant_marked_and_put_back_beside_what_was_there(tmp_path: Path) -> None:
    path, copy = tmp_path / "ledger.sqlite", tmp_path / "copy.sqlite"
    with shop_at(at(path)) as shop:
        shop.campaign("spring", [lead(1), lead(2)])
        assert back_up(path, copy, NOON) == copy.stat().st_size
        shop.campaign("autumn", [lead(3)])
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert put_back(copy, path, None, NOON + HOUR) == NOON
    with shop_at(at(path)) as shop:
        assert names(shop) == ["spring", "spring"]
        assert shop.ledger.read_now(as_of) == NOON
    with shop_at(at(tmp_path / "ledger.sqlite.before-20261123T180000")) as before:
        assert names(before) == ["spring", "spring", "autumn"]
        assert before.ledger.read_now(as_of) is None
    assert not list(tmp_path.glob("*.part*"))


def test_a_copy_that_another_program_made_is_as_of_its_newest_entry_or_as_is_said(tmp_path: Path) -> None:
    path, copy = tmp_path / "ledger.sqlite", tmp_path / "copy.sqlite"
    with shop_at(at(copy)) as shop:
        shop.campaign("spring", [lead(1)])
        shop.clock.move(HOUR)
        shop.campaign("autumn")
    assert put_back(copy, path, None, NOON + 2 * HOUR) == NOON + HOUR
    assert put_back(copy, path, NOON - HOUR, NOON + 2 * HOUR) == NOON - HOUR


def test_no_file_is_written_over_and_what_is_no_ledger_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with shop_at(at(path)) as shop:
        shop.campaign("spring", [lead(1)])
        with pytest.raises(NotAllowed, match="is there already"):
            back_up(path, path, NOON)
        with pytest.raises(LedgerError, match="nowhere"):
            back_up(path, tmp_path / "nowhere" / "copy.sqlite", NOON)
    for name, content in (("junk", b"junk" * 1000), ("empty", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(LedgerError, match=name):
            put_back(tmp_path / name, path, None, NOON)
    with shop_at(at(path)) as shop:
        assert names(shop) == ["spring"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["empty", "junk", "ledger.sqlite"]
