"""Sequences: calls and mails that OpenCX itself makes (OpenAPI 2024-09-14, ``/sequences``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, model_serializer, model_validator

from dialer.providers.parts import Found, Payload, read_one

if TYPE_CHECKING:
    from dialer.providers.wire import Wire


class ContactIds(Payload):
    """These contacts."""

    type: Literal["contact_id_in"]
    contact_ids: list[str]


class CreatedBetween(Payload):
    """Contacts made between two instants (ISO 8601), each of which may be null."""

    type: Literal["contacts_created_at_between"]
    after: str | None
    before: str | None

    @model_serializer
    def _nulls_too(self) -> dict[str, Any]:
        return {"type": self.type, "after": self.after, "before": self.before}


class EmailDomains(Payload):
    """Contacts with an address under one of these domains."""

    type: Literal["contacts_email_domain_name_in"]
    domain_name_in: list[str]


class AffectedBy(Payload):
    """Contacts that another sequence reached."""

    type: Literal["contacts_affected_by_sequence"]
    sequence_id: str


Condition = Annotated[ContactIds | CreatedBetween | EmailDomains | AffectedBy, Field(discriminator="type")]


class AllOf(Payload):
    """Contacts to whom each of these applies."""

    and_: list[Condition] = Field(alias="and")


class Filter(Payload):
    """Contacts to whom one of these applies."""

    or_: list[AllOf] = Field(alias="or", min_length=1)


class Email(Payload):
    """A mail of a sequence."""

    from_email: str
    email_subject: str
    email_body: str
    email_sender_name: str
    email_is_transactional: bool


class SendEmails(Payload):
    """A step that writes to everyone."""

    type: Literal["send_emails"]
    data: Email


class MakePhoneCalls(Payload):
    """A step that calls everyone; its ``data`` is empty."""

    type: Literal["make_phone_calls"]
    data: dict[str, Any] = Field(default_factory=dict)


class Step(Payload):
    """What is done, after a delay."""

    action: Annotated[SendEmails | MakePhoneCalls, Field(discriminator="type")]
    delay_in_minutes: int | float | None = Field(default=None, ge=0)


class SequenceChanges(Payload):
    """What can be changed of a sequence."""

    name: str | None = None
    custom_id: str | None = None
    is_continuous: bool | None = None
    filter: Filter | None = None
    steps: list[Step] | None = Field(default=None, min_length=1)


class NewSequence(SequenceChanges):
    """A sequence; one that is not told otherwise is continuous, and is called New Sequence."""

    filter: Filter
    steps: list[Step] = Field(min_length=1)


class Somebody(Payload):
    """A contact of a continuous sequence: by one of these."""

    id: str | None = None
    email: str | None = None
    phone_number: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Somebody:
        if len(self.body()) != 1:
            raise ValueError("write one of id, email and phone_number")
        return self


class Sequence(Found):
    """A sequence as it is answered; instants in ISO 8601, null where it has not happened."""

    id: str | None = None
    name: str | None = None
    custom_id: str | None = None
    is_continuous: bool | None = None
    filter: Any = None
    steps: list[Any] | None = None
    started_at: str | None = None
    canceled_at: str | None = None
    ended_at: str | None = None


class Run(Found):
    """What adding a contact began; it can be cancelled as a sequence can."""

    run_id: str | None = None


class Sequences:
    """The requests about sequences, each known by its id or custom id. Each raises KeyRefused, NoPermission or
    PlatformError.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def create(self, sequence: NewSequence) -> Sequence:
        """Make a sequence; answers its id alone."""
        return read_one(Sequence, await self._wire.ask("sequences.create", sequence.body()))

    async def get(self, sequence: str) -> Sequence:
        """One sequence."""
        return read_one(Sequence, await self._wire.ask("sequences.get", sequence_id=sequence))

    async def update(self, sequence: str, changes: SequenceChanges) -> None:
        """Change a sequence."""
        await self._wire.ask("sequences.update", changes.body(), sequence_id=sequence)

    async def start(self, sequence: str) -> None:
        """Start a one-off sequence: OpenCX itself calls or writes to its contacts."""
        await self._wire.ask("sequences.start", sequence_id=sequence)

    async def cancel(self, sequence: str) -> None:
        """Cancel a sequence, or a run of one."""
        await self._wire.ask("sequences.cancel", sequence_id=sequence)

    async def add_contact(self, sequence: str, somebody: Somebody) -> Run:
        """Add a contact to a continuous sequence, if its filter applies to them: OpenCX itself calls or writes."""
        added = {"contacts": [somebody.body()]}
        return read_one(Run, await self._wire.ask("sequences.add_contact", added, sequence_id=sequence))
