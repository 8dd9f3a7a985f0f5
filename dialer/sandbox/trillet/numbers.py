"""Numbers (phone-numbers/*, telephony/register-externalNumber, calls/call-history/get-phoneNumber)."""

from __future__ import annotations

import re
from typing import Any

from dialer.sandbox.received import Received, Route
from dialer.sandbox.shelf import Row
from dialer.sandbox.trillet.calls import whole_number
from dialer.sandbox.trillet.office import WORKSPACE, Office
from dialer.sandbox.trillet.tables import CONFIG, CREDENTIALS, PURCHASE, REGISTRATION, checked, one_of
from dialer.sandbox.trillet.wire import Rejected, number_to_call, object_id

KINDS = {"type": ("local", "tollFree", "mobile")}
MODES = {"transferCallerIdMode": ("agent", "customer")}
FOR_SALE = tuple(f"+1202555{number:04}" for number in range(150, 170))
"""Numbers that can be bought; they are fictional."""


class Numbers:
    """The six endpoints about numbers."""

    def __init__(self, office: Office) -> None:
        self._office, self._shelf = office, office.ground.shelf

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        config = "/v1/api/twilio/phone-numbers/{number}/config"
        return [
            ("GET", "/v1/api/twilio/user-phone-numbers", self.every),
            ("GET", config, self.config),
            ("PUT", config, self.configure),
            ("GET", "/v1/api/twilio/available-numbers", self.available),
            ("POST", "/v1/api/twilio/purchase-number", self.purchase),
            ("POST", "/v1/api/twilio/register-external-number", self.register),
        ]

    def every(self, _: Received) -> list[Row]:
        """The page prints one number and speaks of many: a bare list, as agents and flows are."""
        return self._office.numbers()

    def config(self, received: Received) -> dict[str, Any]:
        """phone-numbers/get-config."""
        number = self._number(received)
        shown = {"phoneNumberId": number["_id"], "agentId": number.get("agentId"), "flowType": "call",
                 "direction": "bidirectional", "status": number["status"], "recording": True,
                 "officeHours": {"enabled": False}, "transferCallerIdMode": "agent", "metadataTags": []}  # fmt: skip
        return {**shown, **{name: value for name, value in number.get("config", {}).items() if name in shown}}

    def configure(self, received: Received) -> dict[str, Any]:
        """phone-numbers/update-config."""
        number, body = self._number(received), checked(received.body, CONFIG)
        one_of(body, MODES)
        if "agentId" in body:
            self._office.agent(body["agentId"])
        changes = {"recording" if name == "recordingEnabled" else name: value for name, value in body.items()}
        kept = {**number, "config": {**number.get("config", {}), **changes}}
        self._shelf.put(
            "trillet numbers", number["_id"], {**kept, "agentId": body.get("agentId", number.get("agentId"))}
        )
        return {"success": True}

    def available(self, received: Received) -> dict[str, Any]:
        """phone-numbers/available-numbers: ``type`` is required, but for Australia."""
        query = dict(received.query)
        needed = ("country",) if query.get("country") == "AU" else ("country", "type")
        if missing := [name for name in needed if not query.get(name)]:
            raise Rejected(f"{missing[0]} is required")
        one_of(query, KINDS)
        taken = {row["phoneNumber"] for row in self._office.numbers()}
        found = [number for number in FOR_SALE if number not in taken and query.get("contains", "") in number]
        rows = [{"phoneNumber": number, "friendlyName": f"({number[2:5]}) {number[5:8]}-{number[8:]}",
                 "locality": "Washington", "region": "DC"} for number in found]  # fmt: skip
        return {"numbers": rows[: whole_number(query, "limit", 20)], "filters": {"supported": ["contains"]}}

    def purchase(self, received: Received) -> dict[str, Any]:
        """phone-numbers/purchase."""
        body = checked(received.body, PURCHASE, "country", "type", "phoneNumber")
        one_of(body, KINDS)
        if body["phoneNumber"] not in FOR_SALE or self._has(body["phoneNumber"]):
            raise Rejected("The phone number is not available")
        row = self._new(body["phoneNumber"], "active", type=body["type"], country=body["country"], isExternal=False)
        shown = ("_id", "phoneNumber", "country", "type", "status", "workspaceId")
        return {"success": True, "phoneNumber": {name: row[name] for name in shown}}

    def register(self, received: Received) -> dict[str, Any]:
        """telephony/register-externalNumber; no token is kept. The number waits for its agent's flow (seed 004)."""
        body = checked(received.body, REGISTRATION, "phoneNumber", "provider", "credentials")
        credentials = checked(body["credentials"], CREDENTIALS, "accountSid", "authToken")
        received.hide(credentials, ("authToken",))
        if body["provider"] != "twilio":
            raise Rejected('only "twilio" is supported')
        number = number_to_call(body["phoneNumber"])
        if self._has(number):
            raise Rejected("The phone number is registered already")
        self._new(number, "pending", type="local", country="US", isExternal=True)
        return {"status": "success", "message": "Phone number registered successfully"}

    def _number(self, received: Received) -> Row:
        for row in self._office.numbers():
            if row["_id"] == received.path["number"]:
                return row
        raise Rejected("Phone number not found", 404)

    def _has(self, number: str) -> bool:
        return any(row["phoneNumber"] == number for row in self._office.numbers())

    def _new(self, number: str, status: str, **beside: Any) -> Row:
        id_ = object_id(int(re.sub(r"\D", "", number)))
        row = {"_id": id_, "phoneNumber": number, "status": status, "provider": "twilio", "workspaceId": WORKSPACE,
               "agentId": None, "flowType": "outbound", **beside}  # fmt: skip
        return self._shelf.put("trillet numbers", id_, row)
