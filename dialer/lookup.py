"""Phone types by Twilio Lookup v2: ``GET /v2/PhoneNumbers/{E.164}?Fields=line_type_intelligence``, HTTP Basic.

Twilio's twelve types are the platform's first twelve, by the same names; that there is none is the thirteenth (calling
rules, §4). The normal failure is HTTP 200 with an ``error_code`` inside.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import aiohttp

from campaigns.vocabulary import PhoneType
from dialer.errors import KeyRefused, PlatformError
from dialer.providers.transport import NETWORK_FAULTS
from dialer.settings import Twilio, check_base_url

PATIENCE = aiohttp.ClientTimeout(total=15, sock_connect=3)
MAX_BYTES = 65_536
LONGEST_WAIT_S = 3600.0
ACCOUNT_CODES = {
    60606: "the account has not the package Line Type Intelligence",
    60614: "the account is of another Twilio Region; set base_url to that Region's",
    60619: "the account is of another Twilio Region; set base_url to that Region's",
}
"""Errors that every number would meet."""
PASSING_CODES = frozenset({60608})
"""The provider behind Twilio failed: nothing is known of the number, and nothing is kept."""


@dataclass(frozen=True, slots=True)
class Found:
    """What Twilio knows of a number: its type, or None with the ``error`` code that says why not."""

    phone_type: PhoneType | None
    carrier: str = ""
    error: str = ""


class LookupAway(PlatformError):
    """No answer: Twilio is out of reach, over its limit, or answers nonsense.

    ``wait_s`` is how long it asked us to wait; ``charged``: it may have taken the request all the same.
    """

    def __init__(self, text: str, *, wait_s: float = 0.0, charged: bool = False) -> None:
        """``text`` holds no number."""
        super().__init__(text)
        self.wait_s, self.charged = wait_s, charged


class TwilioLookup:
    """Asks Twilio what kind of phone a number is; each answer is billed. Must be closed."""

    def __init__(self, account: Twilio, patience: aiohttp.ClientTimeout = PATIENCE) -> None:
        """Raises SettingsRefused for an address that is not https, nor this machine's own."""
        self._address = check_base_url(account.base_url, "Twilio")
        self._account, self._patience = account, patience
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, number: str) -> Found:
        """What is known of an E.164 number; raises KeyRefused, or LookupAway. The number stands in no message."""
        sending = SimpleNamespace(left=False)
        try:
            async with self._open().get(
                f"{self._address}/v2/PhoneNumbers/{number}",
                params={"Fields": "line_type_intelligence"},
                headers={"Authorization": f"Basic {self._credentials()}"},
                allow_redirects=False,
                trace_request_ctx=sending,
            ) as response:
                body = b""
                async for chunk in response.content.iter_chunked(4096):
                    body += chunk
                    if len(body) > MAX_BYTES:
                        raise LookupAway("Twilio Lookup answers without end", charged=True)
                return read_answer(response.status, response.headers, body)
        except NETWORK_FAULTS as error:
            text = f"Twilio Lookup cannot be reached: {type(error).__name__}"
            raise LookupAway(text, charged=sending.left) from None

    async def close(self) -> None:
        """Let go of every connection."""
        if self._session is not None:
            await self._session.close()

    def _credentials(self) -> str:
        return b64encode(f"{self._account.sid}:{self._account.token.get_secret_value()}".encode()).decode()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            trace = aiohttp.TraceConfig()
            trace.on_request_headers_sent.append(_left)
            jar = aiohttp.DummyCookieJar()
            self._session = aiohttp.ClientSession(timeout=self._patience, trace_configs=[trace], cookie_jar=jar)
        return self._session


async def _left(session: aiohttp.ClientSession, context: SimpleNamespace, params: object) -> None:
    context.trace_request_ctx.left = True


def read_answer(status: int, headers: Mapping[str, str], body: bytes) -> Found:
    """What a whole answer says; raises KeyRefused, or LookupAway."""
    document = _parse(body)
    if status == 200:
        return _read_package(document)
    if status in (401, 403):
        raise KeyRefused(f"Twilio Lookup refuses the SID or token ({status})")
    code = str(document.get("code") or status)
    if status == 404:
        return Found(PhoneType.NONE, error=code)
    if status == 400:
        return Found(None, error=code)
    raise LookupAway(f"Twilio Lookup answered {status}; it is asked again later", wait_s=_wait_s(headers))


def _read_package(document: dict[str, Any]) -> Found:
    package = document.get("line_type_intelligence")
    if document.get("valid") is False:
        return Found(PhoneType.NONE, error="not valid")
    if "line_type_intelligence" not in document or not isinstance(package, dict | None):
        raise LookupAway("Twilio Lookup answered nonsense; it is asked again later", charged=True)
    package = package or {}
    code, word = package.get("error_code"), package.get("type")
    if code in ACCOUNT_CODES:
        raise KeyRefused(f"Twilio Lookup: {ACCOUNT_CODES[code]} (error {code})")
    if code in PASSING_CODES:
        raise LookupAway(f"Twilio Lookup has no data for now (error {code}); it is asked again later")
    if code is not None:
        return Found(None, error=str(code))
    if word is None:
        return Found(PhoneType.NONE)
    carrier = str(package.get("carrier_name") or "")
    known = next((phone_type for phone_type in PhoneType if phone_type.value == word), None)
    return Found(known, carrier, "" if known else f'type "{word}"')


def _parse(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:  # broken text, or bytes that are none
        return {}
    return document if isinstance(document, dict) else {}


def _wait_s(headers: Mapping[str, str]) -> float:
    """Twilio gives Retry-After in seconds."""
    text = headers.get("Retry-After", "")
    return min(float(text), LONGEST_WAIT_S) if text.isdecimal() else 0.0
