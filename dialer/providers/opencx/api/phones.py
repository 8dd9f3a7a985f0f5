"""Phone agents, each with a number of its own (seed 003; OpenAPI 2024-09-14, ``/phone``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field

from campaigns.area_codes import states_of_area_code
from dialer.providers.opencx.choices import Language, Voice
from dialer.providers.opencx.pages import Page, read_page
from dialer.providers.parts import Found, Payload, read_one

if TYPE_CHECKING:
    from dialer.providers.wire import Wire

LONGEST_CALL_S = 21_600
Speaker = Literal["assistant-speaks-first", "user-speaks-first"]
Seconds = Annotated[int | float, Field(ge=0)]


def _american(code: str) -> str:
    if not states_of_area_code(code):
        raise ValueError(f'"{code}" is no area code of the United States; write its three digits, such as 212')
    return code


class Purchase(Payload):
    """A new number and its agent: 16 fields, in the order they are printed (Buy). Seconds, where it is time."""

    name: str | None = None
    area_code: Annotated[str, AfterValidator(_american)]
    base_prompt: str | None = None
    handoff_phone_number: str | None = None
    greeting_message: str | None = None
    language: Language | None = None
    emotion_recognition: bool | None = None
    elevenlabs_voice_id: Voice
    voice_speed: int | float | None = None
    speaks_first: Speaker | None = None
    wait_time_before_ending_call: Seconds | None = None
    call_max_duration: Seconds | None = Field(default=None, le=LONGEST_CALL_S)
    end_call_message: str | None = None
    awaiting_response_messages: str | None = None
    awaiting_response_max_spoken_count: Seconds | None = None
    awaiting_response_timeout: Seconds | None = None


class CallOptions(Payload):
    """What one call does otherwise than its agent (``POST /phone/{phone_number_id}/call``, ``options``)."""

    base_prompt: str | None = None
    handoff_phone_number: str | None = None
    initial_message: str | None = None
    language: Language | None = None
    emotion_recognition: bool | None = None
    elevenlabs_voice_id: Voice | None = None
    voice_speed: int | float | None = None
    speaks_first: Speaker | None = None
    wait_time_before_ending_call: Seconds | None = None
    call_max_duration: Seconds | None = Field(default=None, le=LONGEST_CALL_S)
    awaiting_response_messages: str | None = None
    awaiting_response_max_spoken_count: Seconds | None = None
    awaiting_response_timeout: Seconds | None = None


class PhoneChanges(CallOptions):
    """What can be changed of an agent: a call's options and the name; the voice must be told again."""

    name: str | None = None
    elevenlabs_voice_id: Voice


class NewPhone(Payload):
    """A phone agent as it is made from November 2024 on (``POST /phone``); the page names more fields than these."""

    name: str
    type: Literal["inbound", "outbound"] | None = None
    language: str | None = None
    accent: str | None = None
    handoff_phone_number: str | None = None
    speed: int | float | None = None
    interruptible: bool | None = None
    action_ids: list[str] | None = Field(default=None, alias="actionIds")
    instructions: list[str] | None = None
    data_collection_fields: list[Any] | None = None
    data_collection_webhook_url: str | None = None
    model: str | None = None
    first_message: str | None = None
    voice_id: str | None = None
    flow: Any = None
    use_org_knowledgebase: bool | None = None
    manual_mode: bool | None = None
    custom_llm: Any = None
    recording_enabled: bool | None = None


class Phone(Found):
    """A phone agent: the id that calls are asked of, and its number."""

    id: str | None = None
    name: str | None = None
    phone_number: str | None = None


class Phones:
    """The requests about phone agents. Each raises KeyRefused, NoPermission or PlatformError."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def buy(self, purchase: Purchase) -> Phone:
        """Buy a number for a new agent; it costs money."""
        return read_one(Phone, await self._wire.ask("phones.buy", purchase.body()))

    async def create(self, phone: NewPhone) -> Phone:
        """Make an agent the later way; what is answered is documented nowhere."""
        return read_one(Phone, await self._wire.ask("phones.create", phone.body()))

    async def every(self, cursor: str | None = None) -> Page[Phone]:
        """A page of the agents; later versions answer all of them at once."""
        return read_page(Phone, await self._wire.find("phones.every", {"cursor": cursor} if cursor else {}))

    async def update(self, phone: str, changes: PhoneChanges) -> None:
        """Change an agent."""
        await self._wire.ask("phones.update", changes.body(), phone_number_id=phone)

    async def delete(self, phone: str) -> None:
        """Delete an agent and give its number back."""
        await self._wire.ask("phones.delete", phone_number_id=phone)
