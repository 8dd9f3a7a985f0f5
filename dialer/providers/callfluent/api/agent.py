"""An agent as it is created and updated: the documented 34 fields (seed 000 and 001, Agent §2 and §7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from dialer.providers.callfluent.constants import constants, phone_types
from dialer.providers.parts import Found, Payload


def one_of(name: str) -> BeforeValidator:
    """The value that a word stands for in a list of constants; a wrong word gets the nearest names."""
    return BeforeValidator(lambda word: constants()[name].value(word) if isinstance(word, str) else word)


Timezone = Annotated[str, one_of("timezones")]
Language = Annotated[str, one_of("languages")]
Model = Annotated[str, one_of("openai_models")]
AgentType = Annotated[str, one_of("agent_types")]
Tone = Annotated[str, one_of("tones")]
Noise = Annotated[str, one_of("background_sounds")]
PhoneTypes = Annotated[str, BeforeValidator(lambda words: phone_types(words) if isinstance(words, str) else words)]
VoicemailMode = Annotated[Literal[1, 2], BeforeValidator(lambda word: {"1": 1, "2": 2}.get(str(word), word))]
Seconds = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]


class AgentPayload(Payload):
    """An agent's settings; which of them an agent must have says ``missing``.

    The documents' table requires what their own example leaves out, so the request takes either.
    """

    workspace_id: int | None = Field(default=None, alias="workspaceId")
    format: Literal["outbound", "inbound"] | None = None
    timezone: Timezone | None = None
    name: str | None = Field(default=None, min_length=1)
    avatar: str | None = None
    lang: Language | None = None
    voice: str | None = None
    phone_number: str | None = Field(default=None, pattern=r"^(\+[1-9][0-9 ]{5,18})?$")
    welcome_msg_flag: bool | None = None
    welcome_msg: str | None = None
    welcome_msg_delay: Seconds | None = None
    call_recording: bool | None = None
    blocked_phone_types: PhoneTypes | None = None
    enable_voice_mail: bool | None = None
    voice_mail_mode: VoicemailMode | None = None
    voice_mail_text: str | None = None
    machine_detection_timeout: Count | None = None
    openai_model: Model | None = None
    answer_creativity: int | float | None = Field(default=None, ge=0, le=10)
    context_max_tokens: Count | None = None
    speech_stop_sensitivity: int | None = Field(default=None, ge=0, le=10)
    answer_length: Count | None = None
    silence_message_delay: Seconds | None = None
    silence_end_call: Seconds | None = None
    utterance_detection: int | None = Field(default=None, ge=500)
    transcribe_filler_words: bool | None = None
    agent_type: AgentType | None = None
    background: str | None = None
    goal: str | None = None
    tone: Tone | None = None
    instructions: str | None = None
    script_option: bool | None = None
    script: str | None = None
    background_sound: Noise | None = None

    def missing(self) -> tuple[str, ...]:
        """The fields that the table requires and that are not given; an inbound agent needs no number."""
        needed = REQUIRED if self.format == "inbound" else (*REQUIRED, "phone_number")
        given = self.body()
        return tuple(name for name in needed if given.get(name) in (None, ""))


REQUIRED = (
    "workspaceId", "format", "timezone", "name", "lang", "voice", "agent_type", "background", "goal", "tone",
    "instructions",
)  # fmt: skip


class Agent(Found):
    """An agent as it is answered; its settings are read as they come."""

    id: int | str | None = None
    name: str | None = None
    format: str | None = None
    phone_number: str | None = None

    def settings(self) -> dict[str, Any]:
        """Those of the documented fields that the answer has."""
        return settings_of(self.model_dump())


def settings_of(agent: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the documented fields that an agent's record has."""
    return {name: agent[name] for name in AgentPayload.names() if agent.get(name) is not None}


class KnowledgeFile(Found):
    """A file of an agent's knowledge base; its fields are not documented."""

    id: int | str | None = None
    name: str | None = None


class AgentDetails(Found):
    """An agent with its files and figures (Agent §4)."""

    agent: Agent = Agent()
    files: tuple[KnowledgeFile, ...] = ()
    total_calls: int | None = Field(default=None, alias="totalCalls")
    average_duration: int | float | None = Field(default=None, alias="averageDuration")


class CustomField(Found):
    """A custom field of an agent (Agent §12)."""

    id: str | None = None
    name: str | None = None
    label: str | None = None


class Number(Found):
    """A number that can be called from; ``type`` is ``twilio`` or ``verified`` (Agent §1)."""

    number: str | None = None
    sid: str | None = None
    type: str | None = None
