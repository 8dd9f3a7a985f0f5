"""Phone type look-up against a local server that answers as Twilio's documents of Lookup v2 say (calling rules, §4)."""

from __future__ import annotations

import asyncio
import logging
import ssl
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from campaigns.vocabulary import PhoneType
from dialer.errors import KeyRefused, SettingsRefused
from dialer.lookup import MAX_BYTES, Found, LookupAway, TwilioLookup
from dialer.settings import Twilio
from tests.twilio import SID, TOKEN, FakeTwilio, Reply, api_error, fake_twilio, package

NUMBER = "+14155550100"
SELF_SIGNED = Path(__file__).parents[1] / "integration" / "self_signed.pem"


async def ask(fake: FakeTwilio, account: Twilio | None = None, **how: float) -> Found:
    lookup = TwilioLookup(account or fake.account(), *([aiohttp.ClientTimeout(**how)] if how else []))
    try:
        return await lookup.ask(NUMBER)
    finally:
        await lookup.close()


async def told(reply: Reply) -> Found:
    async with fake_twilio() as fake:
        fake.reply = reply
        return await ask(fake)


async def test_the_request_is_the_documented_one() -> None:
    async with fake_twilio() as fake:
        assert await ask(fake) == Found(PhoneType.MOBILE, "Acme Mobile")
    assert (fake.asked, fake.queries) == ([NUMBER], ["Fields=line_type_intelligence"])


@pytest.mark.parametrize("phone_type", [kind for kind in PhoneType if kind is not PhoneType.NONE])
async def test_every_type_is_read(phone_type: PhoneType) -> None:
    assert await told(lambda _: package(phone_type.value, None)) == Found(phone_type)


async def test_a_number_without_a_type_has_the_thirteenth() -> None:
    assert await told(lambda _: package(None, None)) == Found(PhoneType.NONE)
    invalid = {"valid": False, "validation_errors": ["TOO_SHORT"], "line_type_intelligence": None}
    assert (await told(lambda _: web.json_response(invalid))).phone_type is PhoneType.NONE
    assert await told(lambda _: api_error(404, 20404)) == Found(PhoneType.NONE, error="20404")


@pytest.mark.parametrize("code", [60600, 60601, 60607, 60610])
async def test_what_twilio_cannot_tell_stays_open_with_its_code(code: int) -> None:
    assert await told(lambda _: package(None, None, code)) == Found(None, error=str(code))


async def test_a_request_it_calls_bad_or_a_type_nobody_knows_stays_open() -> None:
    assert await told(lambda _: api_error(400, 20001)) == Found(None, error="20001")
    assert (await told(lambda _: package("hologram"))).error == 'type "hologram"'


@pytest.mark.parametrize(
    "reply",
    [
        *(lambda _, s=status, c=code: api_error(s, c) for status, code in ((401, 20003), (403, 20403))),
        *(lambda _, c=code: package(None, None, c) for code in (60606, 60614, 60619)),
    ],
)
async def test_what_every_number_would_meet_is_the_accounts(reply: Reply) -> None:
    with pytest.raises(KeyRefused) as caught:
        await told(reply)
    assert NUMBER not in str(caught.value)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "wait_s", "charged"),
    [
        (lambda _: api_error(429, 20429, **{"Retry-After": "7"}), 7, False),
        (lambda _: api_error(429, 20429), 0, False),
        (lambda _: api_error(429, 20429, **{"Retry-After": "soon"}), 0, False),
        (lambda _: api_error(500, 20500), 0, False),
        (lambda _: api_error(503, 20503), 0, False),
        (lambda _: web.Response(status=302, headers={"Location": "http://elsewhere.test"}), 0, False),
        (lambda _: package(None, None, 60608), 0, False),
        (lambda _: web.Response(text="<html>hello</html>"), 0, True),
        (lambda _: web.Response(body=b"\xff\xfe"), 0, True),
        (lambda _: web.json_response([]), 0, True),
        (lambda _: web.json_response({"valid": True, "line_type_intelligence": "mobile"}), 0, True),
        (lambda _: web.Response(text=" " * (MAX_BYTES + 1)), 0, True),
    ],
)
async def test_no_answer_says_how_long_to_wait_and_whether_it_may_be_charged(
    reply: Reply, wait_s: float, charged: bool
) -> None:
    with pytest.raises(LookupAway) as caught:
        await told(reply)
    assert (caught.value.wait_s, caught.value.charged) == (wait_s, charged)
    assert NUMBER not in str(caught.value)


async def test_out_of_reach_nothing_was_sent_and_after_a_time_out_it_may_have_been() -> None:
    async with fake_twilio() as fake:
        fake.hold = asyncio.Event()
        with pytest.raises(LookupAway) as hung:
            await ask(fake, total=0.2)
    assert hung.value.charged
    with pytest.raises(LookupAway, match="cannot be reached") as refused:
        await ask(fake)  # the server is gone
    assert not refused.value.charged
    with pytest.raises(LookupAway) as nowhere:
        await ask(fake, fake.account(base_url="https://lookups.invalid"))
    assert not nowhere.value.charged
    assert NUMBER not in f"{hung.value}{refused.value}{nowhere.value}"


async def test_the_server_must_show_who_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(SELF_SIGNED)
    async with fake_twilio(context) as fake:
        with pytest.raises(LookupAway) as caught:
            await ask(fake)
    assert not caught.value.charged
    assert fake.asked == []


def test_the_token_travels_encrypted_only() -> None:
    for url in ("http://lookups.twilio.com", "https://user@lookups.twilio.com"):
        with pytest.raises(SettingsRefused):
            TwilioLookup(Twilio(base_url=url, sid=SID, token=SecretStr(TOKEN)))


async def test_neither_token_nor_number_is_logged_or_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with fake_twilio() as fake:
        account = fake.account()
        await ask(fake, account)
    assert TOKEN not in caplog.text + repr(account) + str(TwilioLookup(account).__dict__)
    assert NUMBER not in caplog.text
