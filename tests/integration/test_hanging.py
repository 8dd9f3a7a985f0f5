"""``pause --now``: calls in progress whose id is known are hung up, and the others are counted."""

from __future__ import annotations

from pathlib import Path

import httpx
from pydantic import SecretStr

from campaigns.ledger.history import history
from campaigns.ledger.observations import Observation, observe
from campaigns.vocabulary import AttemptState
from dialer.cli.hanging import hang_up
from dialer.clock import SystemClock
from dialer.embedded import ledger_url
from dialer.providers.callfluent.account import CallFluentAccount as Account
from dialer.providers.opencx.account import OpenCXAccount
from dialer.settings import Settings
from dialer.site import Site
from tests.integration.shop import lead, number, sandbox, shop_at


def test_calls_in_progress_are_hung_up_as_far_as_their_ids_are_known(tmp_path: Path) -> None:
    folder = tmp_path / ".dialer"
    folder.mkdir()
    with (
        sandbox(tmp_path) as practice,
        httpx.Client(base_url=practice.address, headers={"Authorization": "Bearer sandbox"}) as http,
        shop_at(ledger_url(folder)) as shop,
    ):
        shop.campaign(people=[lead(row) for row in (1, 2, 3)])
        first, second, _ = shop.sent(1, AttemptState.ACCEPTED)
        http.post("/call/make-call/1", json={"data": {"phone_number": number(1)}}).raise_for_status()
        for id_, call_id in ((first, "1"), (second, "999")):  # the platform knows no call 999
            assert shop.do(observe, Observation(id_, "default", call_id, None, raw_status="ringing"))
        shop.ledger.close()
        accounts = {"default": Account(base_url=practice.address, key=SecretStr("sandbox"))}
        site = Site(Settings(folder, accounts=accounts), folder, SystemClock())
        campaign = shop.campaign_row(1)
        assert hang_up(site, campaign, "wrong script") == "1 calls were hung up, 2 could not be and go on"
        (call,) = http.get("/agent/1/calls", params={"page": 1}).json()["data"]
        assert call["status"] == "canceled"
        with shop_at(ledger_url(folder)) as again:
            last = again.ledger.read_now(history, campaign)[-1]
        assert (last.what, last.detail, last.why) == ("hung up", "1 calls, 2 could not be", "wrong script")


def test_where_a_platform_hangs_nothing_up_it_is_not_asked_and_the_calls_go_on(tmp_path: Path) -> None:
    folder = tmp_path / ".dialer"
    folder.mkdir()
    with shop_at(ledger_url(folder)) as shop:
        shop.campaign(people=[lead(1)], platform={"name": "opencx"})
        (id_,) = shop.sent(1, AttemptState.ACCEPTED)
        assert shop.do(observe, Observation(id_, "default", "session-1", None, raw_status="open"))
        shop.ledger.close()
        accounts = {"default": OpenCXAccount(base_url="http://127.0.0.1:9", key=SecretStr("key"))}
        site = Site(Settings(folder, accounts=accounts), folder, SystemClock())
        assert hang_up(site, shop.campaign_row(1), "") == "0 calls were hung up, 1 could not be and go on"
