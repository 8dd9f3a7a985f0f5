"""What a platform's silence about a placed call means, where it declares that it means something."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from campaigns.ledger.observations import Observation
from campaigns.vocabulary import AttemptState, Result
from dialer.matching import Candidate
from dialer.providers.platform import Abilities

PRESUMED = "presumed"
"""The raw status of an attempt that nothing was ever said of."""


def presumed(
    abilities: Abilities, account: str, attempts: Sequence[Candidate], known: Collection[int], began: datetime
) -> Iterator[Observation]:
    """Placed calls without any record for ``presumes_no_answer_after_s``: they count as not answered, and say so.

    ``known`` are the attempts that have a record in a reading of the whole history, which ``began`` then.
    """
    if abilities.presumes_no_answer_after_s is None:
        return
    after = timedelta(seconds=abilities.presumes_no_answer_after_s)
    for one in attempts:
        silent = one.state is AttemptState.ACCEPTED and not one.raw_status and one.id not in known
        if silent and one.intent_at + after < began:
            yield Observation(
                one.id, account, one.call_id, Result.NO_ANSWER, ended_at=one.intent_at + after, raw_status=PRESUMED
            )
