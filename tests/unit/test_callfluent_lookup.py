"""Phone type look-up against a local server that answers as Twilio's specification of Lookup v2 says (facts, §4.4)."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from campaigns.vocabulary import PhoneType
from dialer.errors import KeyRefused, PlatformError, SettingsRefused
from dialer.lookup import TwilioLookup

NUMBER = "+14155550100"
TOKEN = "f1e2d3c4b5a69788"


async def look_up(status: int, package: Any, seen: list[web.Request] | None = None) -> PhoneType | None:
    async def answer(request: web.Request) -> web.Response:
        if seen is not None:
            seen.append(request)
        document = {"country_code": "US", "phone_number": NUMBER, "valid": True, "line_type_intelligence": package}
        return web.json_response(document, status=status)

    app = web.Application()
    app.router.add_get("/v2/PhoneNumbers/{number}", answer)
    async with TestServer(app) as server:
        lookup = TwilioLookup("AC0123", SecretStr(TOKEN), str(server.make_url("/")))
        try:
            return await lookup.line_type(NUMBER)
        finally:
            await lookup.close()


async def test_the_request_is_the_documented_one() -> None:
    seen: list[web.Request] = []
    await look_up(200, {"type": "mobile", "error_code": None}, seen)
    (request,) = seen
    assert (request.match_info["number"], request.query_string) == (NUMBER, "Fields=line_type_intelligence")
    assert request.headers["Authorization"] == "Basic " + b64encode(f"AC0123:{TOKEN}".encode()).decode()


@pytest.mark.parametrize("phone_type", [kind for kind in PhoneType if kind is not PhoneType.NONE])
async def test_every_type_is_read(phone_type: PhoneType) -> None:
    assert await look_up(200, {"type": phone_type.value, "error_code": None}) is phone_type


@pytest.mark.parametrize("package", [None, {"type": None, "error_code": None}, {"type": "hologram"}, []])
async def test_no_type_is_none(package: Any) -> None:
    assert await look_up(200, package) is None


async def test_no_such_number_is_none() -> None:
    assert await look_up(404, None) is None


@pytest.mark.parametrize(
    ("status", "package", "error"),
    [
        (401, None, KeyRefused),
        (429, None, PlatformError),
        (500, None, PlatformError),
        (200, {"type": None, "error_code": 60601}, PlatformError),
    ],
)
async def test_what_is_wrong_is_said_without_number_or_token(
    status: int, package: Any, error: type[PlatformError]
) -> None:
    with pytest.raises(error) as caught:
        await look_up(status, package)
    assert NUMBER not in str(caught.value)
    assert TOKEN not in str(caught.value)


async def test_out_of_reach() -> None:
    lookup = TwilioLookup("AC0123", SecretStr(TOKEN), "https://lookups.invalid")
    with pytest.raises(PlatformError, match="cannot be reached") as caught:
        await lookup.line_type(NUMBER)
    await lookup.close()
    assert NUMBER not in str(caught.value)


def test_the_token_travels_encrypted_only() -> None:
    with pytest.raises(SettingsRefused):
        TwilioLookup("AC0123", SecretStr(TOKEN), "http://lookups.twilio.com")
