"""What a launch shows while a long list goes in."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from campaigns.leads.lead import ListInfo
from campaigns.leads.packed import pack
from campaigns.ledger import loading
from campaigns.vocabulary import CampaignState
from dialer.cli import loading as shown
from dialer.cli import progress
from dialer.embedded import ledger_url
from dialer.settings import Settings
from dialer.site import Site
from tests.integration.shop import lead, shop_at


def test_how_far_the_list_is_is_read_from_the_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shown, "QUIET_S", 0.01)
    monkeypatch.setattr(shown, "EVERY_S", 0.01)
    monkeypatch.setattr(progress, "EVERY_LINE_S", 0.0)
    with shop_at(ledger_url(tmp_path)) as shop:
        id_ = shop.campaign(state=CampaignState.WAITING)
        here = Site(Settings(tmp_path), tmp_path, shop.clock)  # type: ignore[arg-type]
        with shown.loading_shown(here, "spring"):
            info = ListInfo("leads.csv", "1", None, 1, "utf-8", ",", ())
            list_id = shop.do(loading.open_list, loading.NewList(id_, info, 8)).list_id
            shop.do(loading.load, loading.Chunk(id_, list_id, [pack([lead(2), lead(3)])], False))
            while "Loading: 2 of 8 rows" not in (said := capsys.readouterr().err):
                time.sleep(0.01)
            shop.do(loading.close_list, list_id)
    assert "rows" in said
