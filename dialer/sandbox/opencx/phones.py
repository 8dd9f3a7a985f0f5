"""Phone agents and the calls that are asked of them (seed 003; OpenAPI 2024-09-14, ``/phone``)."""

from __future__ import annotations

import json
from typing import Any

from dialer.errors import SettingsRefused
from dialer.sandbox.ground import Ground
from dialer.sandbox.opencx.contacts import Contacts
from dialer.sandbox.opencx.tables import BUY, OPTIONS, UPDATE
from dialer.sandbox.opencx.wire import check, is_phone, named, page, refusal, table
from dialer.sandbox.received import Received, Route
from dialer.sandbox.shelf import Row

PRACTICE = named("phone", "practice")


class Phones:
    """The endpoints about phone agents. Nothing waits, so that a call is placed and logged in one go, or not at all."""

    def __init__(self, ground: Ground) -> None:
        """Raises SettingsRefused for an agent's file that cannot be used."""
        self._ground, self._shelf, self._contacts = ground, ground.shelf, Contacts(ground)
        self._first: Row = {"id": PRACTICE, "name": "Practice agent", "phone_number": "+12025550123"}
        if ground.agent is not None:
            try:
                kept = json.loads(ground.agent.read_text(encoding="utf-8"))
                self._first = {name: kept[name] for name in self._first}
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise SettingsRefused(f"the agent file {ground.agent} holds no phone of OpenCX: {error}") from None

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        return [
            ("POST", "/phone/buy", self.buy),
            ("POST", "/phone/outbound-call", self.call_later),
            ("POST", "/phone", self.create),
            ("GET", "/phone", self.every),
            ("PATCH", "/phone/{phone_number_id}", self.update),
            ("DELETE", "/phone/{phone_number_id}", self.delete),
            ("POST", "/phone/{phone_number_id}/call", self.call),
        ]

    def buy(self, received: Received) -> dict[str, Any]:
        """A number of the area code, for a new agent; 201."""
        given = table(received.body, "area_code", "elevenlabs_voice_id")
        check(given, BUY)
        row = self._new(given, str(given["area_code"]))
        received.created()
        return {"id": row["id"], "phone_number": row["phone_number"]}

    def create(self, received: Received) -> dict[str, Any]:
        """A new agent, the later way; its number is in no document, nor what is answered."""
        row = self._new(table(received.body, "name"), "202")
        return {"id": row["id"], "name": row["name"], "phone_number": row["phone_number"]}

    def every(self, received: Received) -> dict[str, Any]:
        """A page of them, oldest first."""
        kept = self._shelf.rows("phones")
        if self._shelf.get("phones", self._first["id"]) is None and self._is_there(self._first["id"]):
            kept = [self._first, *kept]
        rows = [{name: row.get(name) for name in ("id", "name", "phone_number")} for row in kept]
        return page(rows, self._ground.assumed.page_size, received.query.get("cursor"))

    def update(self, received: Received) -> None:
        """Change one; the voice must be told."""
        row, given = self._get(received), table(received.body, "elevenlabs_voice_id")
        check(given, UPDATE)
        self._shelf.put("phones", row["id"], row | given)

    def delete(self, received: Received) -> None:
        """Delete one; its number is nobody's from then on."""
        self._shelf.remove("phones", self._get(received)["id"])

    def call(self, received: Received) -> None:
        """Accept a call; the answer, 201, says nothing."""
        phone = self._get(received)["id"]
        check(table(received.body, "contact").get("options", {}), OPTIONS)
        received.created()  # before it is placed: the journal keeps the request with its call, and the log must agree
        self._place(phone, received)

    def call_later(self, received: Received) -> dict[str, Any]:
        """The later way, 200; the phone beside the contact is assumed, and what is answered is in no document."""
        self._place(str(table(received.body, "contact").get("phone_number_id", self._first["id"])), received)
        return {}

    def number_of(self, body: Any) -> str:
        """The number that the contact of a body has; blank where there is none."""
        contact = body.get("contact") if isinstance(body, dict) else None
        if not isinstance(contact, dict):
            return ""
        kept = self._shelf.get("contacts", str(contact.get("id")))
        return str((kept or contact).get("phone_number") or "")

    def _place(self, phone: str, received: Received) -> None:
        contact = table(received.body["contact"])
        known = self._contacts.get(contact["id"]) if "id" in contact else contact
        number = str(known.get("phone_number") or "")
        if not is_phone(number):
            raise refusal("phone_number must be a valid phone number", self._ground.assumed.refusal_status)
        self._contacts.of_phone(number)
        received.line["placed"] = True  # in the journal, too, so that the log says it after a kill
        call = self._ground.book.place(phone, number, None, self._ground.clock.now(), received.line)
        if self._ground.log is not None:
            self._ground.log.expect_end(call)

    def _new(self, given: dict[str, Any], area_code: str) -> Row:
        count = len(self._shelf.rows("phones"))
        number = f"+1{area_code}555{100 + count:04}"
        phone_id = named("phone", number)
        return self._shelf.put("phones", phone_id, {"name": None, **given, "id": phone_id, "phone_number": number})

    def _get(self, received: Received) -> Row:
        phone_id = received.path["phone_number_id"]
        kept = self._shelf.get("phones", phone_id) or (self._first | {"id": phone_id})
        if not self._is_there(phone_id):
            raise refusal("Phone number not found", self._ground.assumed.unknown_status)
        return kept

    def _is_there(self, phone_id: str) -> bool:
        if self._shelf.get("phones", phone_id) is not None:
            return True
        anyone = phone_id == self._first["id"] or (self._ground.assumed.any_agent and self._ground.agent is None)
        return anyone and not self._shelf.removed("phones", phone_id)
