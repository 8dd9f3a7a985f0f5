"""The test call: one call to a number of the user's own, before anyone else is called."""

from __future__ import annotations

import asyncio
import time
import uuid
from datetime import UTC, datetime, timedelta

from campaigns.errors import InputRefused
from campaigns.leads.lead import Refusal
from campaigns.leads.lists import LeadList
from campaigns.leads.numbers.phones import read_phones
from campaigns.leads.send import body_fields
from campaigns.spec import Engine, Spec
from campaigns.vocabulary import AttemptState, Verdict
from dialer.cli.options import say
from dialer.errors import PlatformError
from dialer.matching import Candidate, match
from dialer.providers.platform import Agent, Deadline, Liveness, Placement, Platform

GUARD_S = 5.0
WAIT_S = 180.0
POLL_S = 3.0


async def place_test_call(platform: Platform, spec: Spec, agent: Agent, leads: LeadList, to: str) -> None:
    """Call ``to`` with the first accepted lead's fields, wait for the call's own record, and show what it says.

    Raises InputRefused for a number that is none, PlatformError when the platform does not take the call.
    """
    phones = read_phones(to, spec.leads.country)
    if isinstance(phones, Refusal):
        raise InputRefused(f"--test-call: {phones.detail}")
    lead = next((lead for lead in leads if lead.verdict is Verdict.ACCEPTED), None)
    fields = body_fields(lead.fields, agent.field_names, spec.leads.send, spec.leads.map) if lead else {}
    ref, began = uuid.uuid4().hex, datetime.now(UTC)
    await platform.warm()
    deadline = Deadline(time.monotonic() + GUARD_S, time.time() + GUARD_S)
    answer = await platform.place(agent.id, phones[0].e164, fields, ref, deadline)
    if answer.placement is not Placement.PLACED:
        raise PlatformError(f"the test call was not taken: {answer.placement.value}: {answer.text}")
    say(f"Test call placed with {', '.join(fields) or 'no fields'}; waiting for its record.")
    patient = spec.model_copy(update={"engine": Engine(match_window=timedelta(seconds=WAIT_S))})
    mine = Candidate(0, ref, phones[0].e164, AttemptState.ACCEPTED, began, None, None, "", patient)
    give_up = time.monotonic() + WAIT_S
    while time.monotonic() < give_up:
        found = match(await platform.calls(agent.id, 1), [mine])
        if found and found[0][1].liveness is not Liveness.LIVE:
            record = found[0][1]
            read_as = record.result.value if record.result else "a word we do not know; see [platform.words]"
            say(f'Test call: the platform says "{record.raw_status}" ({record.raw_answered_by}); read as: {read_as}')
            return
        await asyncio.sleep(POLL_S)
    say("Test call: no record of it within 3 minutes; results may be missed. Adjust [platform.fields].")
