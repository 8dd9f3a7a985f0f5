"""Contacts (OpenAPI 2024-09-14, ``/contacts``)."""

from __future__ import annotations

from typing import Any

from dialer.sandbox.ground import Ground
from dialer.sandbox.opencx.wire import check, is_phone, is_text, is_words, named, page, refusal, table
from dialer.sandbox.received import Received, Route
from dialer.sandbox.shelf import Row

FIELDS = {"email": is_text, "phone": is_phone, "name": is_text, "custom_data": is_words}


class Contacts:
    """The endpoints about contacts."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._shelf = ground, ground.shelf

    def routes(self) -> list[Route]:
        """Method, path and endpoint, as documented."""
        return [
            ("POST", "/contacts", self.save),
            ("GET", "/contacts", self.every),
            ("PATCH", "/contacts/{contact_id}", self.update),
            ("DELETE", "/contacts/{contact_id}", self.delete),
        ]

    def save(self, received: Received) -> dict[str, Any]:
        """Make a contact, or change the one with this phone; 201."""
        given = self._given(received)
        row = self.of_phone(given["phone"]) if "phone" in given else self._put(named("contact", given), {})
        received.created()
        return {"id": self._put(row["id"], row | _as_shown(given))["id"]}

    def every(self, received: Received) -> dict[str, Any]:
        """A page of them, oldest first."""
        return page(self._shelf.rows("contacts"), self._ground.assumed.page_size, received.query.get("cursor"))

    def update(self, received: Received) -> None:
        """Change one."""
        row = self.get(received.path["contact_id"])
        self._put(row["id"], row | _as_shown(self._given(received)))

    def delete(self, received: Received) -> None:
        """Delete one."""
        self._shelf.remove("contacts", self.get(received.path["contact_id"])["id"])

    def get(self, contact_id: object) -> Row:
        """The contact of that id; raises Refusal."""
        row = self._shelf.get("contacts", str(contact_id))
        if row is None:
            raise refusal("Contact not found", self._ground.assumed.unknown_status)
        return row

    def of_phone(self, phone: str) -> Row:
        """The contact with this number, made where there is none."""
        contact_id = named("contact", phone)
        return self._shelf.get("contacts", contact_id) or self._put(contact_id, {"phone_number": phone})

    def shown(self, phone: str) -> Row | None:
        """The contact with this number as a session shows it."""
        return self._shelf.get("contacts", named("contact", phone))

    def _given(self, received: Received) -> dict[str, Any]:
        given = table(table(received.body, "contact")["contact"])
        check(given, FIELDS)
        return given

    def _put(self, contact_id: str, row: Row) -> Row:
        empty: Row = {"id": contact_id, "email": None, "phone_number": None, "name": None, "custom_data": {}}
        return self._shelf.put("contacts", contact_id, {**empty, **row})


def _as_shown(given: dict[str, Any]) -> Row:
    return {"phone_number" if name == "phone" else name: value for name, value in given.items()}
