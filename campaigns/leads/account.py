"""Accounts for every row of a list: totals for the whole, one line for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from campaigns.errors import RowsLost
from campaigns.leads.lead import Lead
from campaigns.leads.lists import LeadList
from campaigns.vocabulary import Verdict


def summarise(lead_list: LeadList, each: Callable[[Sequence[Lead]], None] | None = None) -> dict[str, Any]:
    """Read the list through and return its totals as ``dialer check --json`` prints them.

    ``each`` is called with every batch of leads on the way. ``rows`` is always the sum of the four verdicts;
    raises RowsLost where the list was found to have more of them.
    """
    verdicts: Counter[Verdict] = Counter()
    reasons: Counter[str] = Counter()
    for batch in lead_list.batches():
        others = [lead for lead in batch if lead.verdict is not Verdict.ACCEPTED]
        verdicts[Verdict.ACCEPTED] += len(batch) - len(others)
        verdicts.update(lead.verdict for lead in others)
        reasons.update(lead.reason.value for lead in others if lead.reason)
        if each:
            each(batch)
    info = lead_list.info
    if verdicts.total() != lead_list.rows:
        raise RowsLost(
            f"{info.file}: {lead_list.rows:,} rows were found, {verdicts.total():,} got a verdict;"
            " was the file changed meanwhile?"
        )
    return {
        "file": info.file,
        "sha256": info.sha256,
        "sheet": info.sheet,
        "header_row": info.header_row,
        "encoding": info.encoding,
        "delimiter": info.delimiter,
        "guesses": list(info.guesses),
        "notes": list(info.notes),
        "columns": [asdict(column) for column in info.columns],
        "rows": lead_list.rows,
        "accepted": verdicts[Verdict.ACCEPTED],
        "rejected": verdicts[Verdict.REJECTED],
        "duplicates": verdicts[Verdict.DUPLICATE],
        "excluded": verdicts[Verdict.EXCLUDED],
        "reasons": dict(reasons.most_common()),
    }


def lead_line(lead: Lead) -> dict[str, Any]:
    """One row's verdict as plain JSON, as ``dialer check --leads`` writes it."""
    return {
        "row": lead.row,
        "verdict": lead.verdict.value,
        "reason": lead.reason.value if lead.reason else None,
        "detail": lead.detail,
        "suggestion": lead.suggestion,
        "phones": [phone.e164 for phone in lead.phones],
        "types": [[kind.value for kind in phone.types] for phone in lead.phones],
        "fields": lead.fields,
        "zones": list(lead.zones),
        "zone_source": lead.zone_source,
        "state": lead.state,
    }
