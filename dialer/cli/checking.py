"""A look at a lead list before anything is launched."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from campaigns.errors import ReportError
from campaigns.leads.account import lead_line, summarise
from campaigns.leads.lead import Lead
from campaigns.leads.lists import open_list
from campaigns.rules.decide import screen
from campaigns.rules.facts import History, Person
from campaigns.rules.rules import Rules
from campaigns.spec import Spec, load_spec
from campaigns.vocabulary import Reason, Verdict
from dialer.cli.options import line

EXAMPLES = 3
MOST = 8
"""How many countries, phone types and zones are shown by name."""
VERDICTS = {"accepted": "accepted", "rejected": "rejected", "duplicates": "duplicate", "excluded": "excluded"}
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Checking:
    """What the user asked for."""

    file: Path
    campaign_file: Path | None = None
    country: str | None = None
    sheet: str | None = None
    out: Path | None = None


class Tally:
    """What is counted of the leads beside their verdicts; ``rules`` None: nobody is screened."""

    def __init__(self, rules: Rules | None) -> None:
        self._rules, self._now = rules, datetime.now(UTC)
        self._screen = cache(self._screened)
        self.examples: dict[str, list[dict[str, Any]]] = {}
        self.countries, self.types, self.zones, self.screened = (Counter[str]() for _ in range(4))

    def add(self, lead: Lead) -> None:
        """Count one lead."""
        if lead.reason and len(seen := self.examples.setdefault(lead.reason.value, [])) < EXAMPLES:
            seen.append({"row": lead.row, "detail": lead.detail, "suggestion": lead.suggestion})
        if lead.verdict is not Verdict.ACCEPTED:
            return
        phone = lead.phones[0]
        self.countries[phone.region] += 1
        self.types[" or ".join(kind.value for kind in phone.types)] += 1
        self.zones[" or ".join(lead.zones) or "unknown"] += 1
        reason = self._screen(Person(phone.e164, phone.region, phone.types, lead.zones, lead.state).alike)
        if reason:
            self.screened[reason.value] += 1

    def _screened(self, person: Person) -> Reason | None:
        return screen(person, History(), self._rules, self._now) if self._rules else None


def check(wish: Checking) -> dict[str, Any]:
    """Read the list through and account for every row; raises ListRefused, SpecRefused or ReportError.

    ``screened`` counts those whom the campaign file would exclude; their rows are accepted all the same.
    """
    spec = load_spec(wish.campaign_file) if wish.campaign_file else Spec()
    given = {key: value for key, value in (("country", wish.country), ("sheet", wish.sheet)) if value}
    leads = open_list(wish.file, spec.leads.model_copy(update=given))
    tally = Tally(Rules.from_spec(spec) if wish.campaign_file else None)
    with lines_to(wish.out) as write:

        def each(lead: Lead) -> None:
            tally.add(lead)
            write(lead)

        survey = summarise(leads, each)
    return survey | {
        "examples": tally.examples,
        "countries": dict(tally.countries.most_common()),
        "types": dict(tally.types.most_common()),
        "zones": dict(tally.zones.most_common()),
        "screened": dict(tally.screened.most_common()),
        "next": _next(wish, survey),
    }


@contextmanager
def lines_to(out: Path | None) -> Iterator[Callable[[Lead], None]]:
    """What writes a lead's line to ``out``, which appears when the block ends well, or not at all."""
    if out is None:
        yield lambda _: None
        return
    draft = out.with_name(f".leads-{uuid4().hex}.part")
    try:
        with draft.open("w", encoding="utf-8") as file:

            def write(lead: Lead) -> None:
                file.write(json.dumps(lead_line(lead), ensure_ascii=False) + "\n")

            yield write
        draft.replace(out)
    except OSError as error:
        raise ReportError(f"{out}: cannot be written: {error.strerror or error}") from error
    finally:
        draft.unlink(missing_ok=True)


def page(survey: Mapping[str, Any]) -> str:
    """The account as a page for a terminal."""
    return "\n".join(_page(survey))


def _page(survey: Mapping[str, Any]) -> Iterator[str]:
    yield _how_read(survey)
    yield f"{survey['rows']:,} rows: " + ", ".join(f"{survey[key]:,} {word}" for key, word in VERDICTS.items())
    yield "\nColumns"
    width = max((len(column["header"]) for column in survey["columns"]), default=0)
    for column in survey["columns"]:
        yield f"  {column['header']:<{width}}  {column['field'] or 'custom field'} ({column['why']})".replace(
            "custom field (custom field)", "custom field"
        )
    if survey["reasons"]:
        yield "\nNot accepted"
    for reason, count in survey["reasons"].items():
        yield f"  {count:>5,}  {reason}: {Reason(reason).meaning}"
        examples = survey["examples"][reason]
        yield from (f"         row {example['row']}: {example['detail']}" for example in examples)
        yield from (
            f"         → {said}" for said in dict.fromkeys(example["suggestion"] for example in examples) if said
        )
    if survey["screened"]:
        yield "\nThe campaign file leaves out"
    for reason, count in survey["screened"].items():
        yield f"  {count:>5,}  {reason}: {Reason(reason).meaning}"
    if survey["accepted"]:
        yield "\nAccepted"
        for name, key in (("country", "countries"), ("phone type", "types"), ("time zone", "zones")):
            yield f"  {name:<11} {_shares(survey[key])}"


def _how_read(survey: Mapping[str, Any]) -> str:
    parts = [survey["file"]]
    if survey["sheet"]:
        parts.append(f'sheet "{survey["sheet"]}"')
    if survey["encoding"]:
        parts.append(survey["encoding"])
    if survey["delimiter"]:
        parts.append(f"{DELIMITERS.get(survey['delimiter'], survey['delimiter'])} between cells")
    parts.append(f"header in row {survey['header_row']}" if survey["header_row"] else "no header row")
    return ", ".join(parts)


def _shares(counted: Mapping[str, int]) -> str:
    shown = [f"{name} {count:,}" for name, count in islice(counted.items(), MOST)]
    return ", ".join(shown) + (f", … ({len(counted) - MOST} more)" if len(counted) > MOST else "")


def _next(wish: Checking, survey: Mapping[str, Any]) -> str:
    if survey["reasons"].get(Reason.AMBIGUOUS_COUNTRY):
        return line("check", wish.file, "--country", "US")
    if wish.campaign_file:
        return line("launch", wish.file, "--campaign", wish.campaign_file, "--rehearse")
    return line("init", wish.file, *(["--country", wish.country] if wish.country else []))
