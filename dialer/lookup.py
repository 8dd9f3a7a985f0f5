"""Phone type look-up by Twilio Lookup v2: ``GET /v2/PhoneNumbers/{E.164}?Fields=line_type_intelligence``, HTTP Basic.

Twilio's twelve types are the platform's first twelve, by the same names (facts on Twilio, §4.4). aiohttp is used by
itself here: httpx logs every address, and here the address holds the number.
"""

from __future__ import annotations

from base64 import b64encode

import aiohttp
from pydantic import SecretStr

from campaigns.vocabulary import PhoneType
from dialer.errors import KeyRefused, PlatformError
from dialer.providers.transport import NETWORK_FAULTS
from dialer.settings import check_base_url

BASE_URL = "https://lookups.twilio.com"
PATIENCE = aiohttp.ClientTimeout(total=15, sock_connect=3)


class TwilioLookup:
    """Asks Twilio what kind of phone a number is; each answer is billed. Must be closed."""

    def __init__(self, account_sid: str, token: SecretStr, base_url: str = BASE_URL) -> None:
        """``account_sid`` and ``token`` may also be an API key's SID and secret; raises SettingsRefused."""
        self._address = check_base_url(base_url, "Twilio")
        self._account_sid, self._token = account_sid, token
        self._session: aiohttp.ClientSession | None = None

    async def line_type(self, number: str) -> PhoneType | None:
        """The type of an E.164 number; None where Twilio knows none.

        Raises KeyRefused, or PlatformError when Twilio is out of reach, over its limit or without data for reasons of
        its own; the number stands in no message.
        """
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=PATIENCE)
        credentials = b64encode(f"{self._account_sid}:{self._token.get_secret_value()}".encode()).decode()
        try:
            async with self._session.get(
                f"{self._address}/v2/PhoneNumbers/{number}",
                params={"Fields": "line_type_intelligence"},
                headers={"Authorization": f"Basic {credentials}"},
                allow_redirects=False,
            ) as response:
                status = response.status
                document = await response.json(content_type=None) if status == 200 else None
        except NETWORK_FAULTS as error:
            raise PlatformError(f"Twilio Lookup cannot be reached: {type(error).__name__}") from None
        if status in (401, 403):
            raise KeyRefused(f"Twilio Lookup refuses the account SID or token ({status})")
        if status == 404:
            return None
        if not isinstance(document, dict):
            raise PlatformError(f"Twilio Lookup answered {status}; try again later")
        return _read_type(document)

    async def close(self) -> None:
        """Let go of every connection."""
        if self._session is not None:
            await self._session.close()


def _read_type(document: dict[str, object]) -> PhoneType | None:
    package = document.get("line_type_intelligence")
    if not isinstance(package, dict):
        return None
    if package.get("error_code") is not None:
        raise PlatformError(f"Twilio Lookup has no phone type: error {package['error_code']}")
    return next((phone_type for phone_type in PhoneType if phone_type.value == package.get("type")), None)
