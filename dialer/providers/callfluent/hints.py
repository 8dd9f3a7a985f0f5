"""What CallFluent sends: the webhook action's fields, and transcripts that are mailed out as JSON.

No document says what a body looks like: flat JSON with ``name`` and ``transcription`` was seen, and names that other
receivers expect (facts on CallFluent, §1.3). A webhook action sends the fields that it was told to (Agent §14), our
reference among them. Nothing is signed.
"""

from __future__ import annotations

from collections.abc import Sequence

from campaigns.hint import Hint
from dialer.providers.callfluent.history import REF_FIELD
from dialer.providers.numbers import to_e164
from dialer.providers.webhooks import Names, document, read_hint

NAMES = Names(
    ref=(REF_FIELD,),
    call_id=("call_id", "callid"),
    number=("phone_number", "to_number", "to", "phone", "number", "customer_number"),
    transcript=("transcription", "transcript", "call_transcript", "conversation"),
    recording=("recording_url", "recording", "call_recording", "recording_link"),
)


def read_hints(body: bytes) -> Sequence[Hint]:
    """The hints in a body: one, or one for each object of a list; raises Unreadable."""
    told = document(body)
    return [read_hint(one, NAMES, to_e164) for one in (told if isinstance(told, list) else [told])]
