"""A look at a lead list before anything is launched."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from textwrap import shorten
from typing import Any
from uuid import uuid4

from rich.cells import cell_len

from campaigns.area_codes import AREA
from campaigns.errors import ReportError
from campaigns.leads.account import lead_line, summarise
from campaigns.leads.collection import few_collections
from campaigns.leads.consents import consent_of
from campaigns.leads.lead import Lead
from campaigns.leads.lists import LeadList, open_list
from campaigns.reports.annotated import Each, check_out, write_annotated, write_to_fix
from campaigns.rules.decide import screen
from campaigns.rules.facts import History, Person
from campaigns.rules.rules import Rules
from campaigns.vocabulary import PhoneType, Reason, Verdict
from dialer.cli.calling import callers_shown
from dialer.cli.campaign_file import read_campaign
from dialer.cli.consenting import as_if_agreed
from dialer.cli.options import line
from dialer.cli.progress import Progress

EXAMPLES = 3
SAMPLE_WIDTH = 24
MOST = 8
"""How many countries, phone types and zones are shown by name."""
VERDICTS = {"accepted": "accepted", "rejected": "rejected", "duplicates": "duplicate", "excluded": "excluded"}
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

Alike = tuple[str, str, tuple[PhoneType, ...], tuple[str, ...], str | None, bool | None]
"""Area code, region, phone types, zones, state and consent of leads whom no rule can tell apart."""


@dataclass(frozen=True, slots=True)
class Checking:
    """What the user asked for."""

    file: Path
    campaign_file: Path | None = None
    country: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    out: Path | None = None
    annotated: Path | None = None
    to_fix: Path | None = None


class Tally:
    """What is counted of the leads beside their verdicts; ``rules`` None: nobody is screened."""

    def __init__(self, rules: Rules | None) -> None:
        self._rules = rules
        self._alike: Counter[Alike] = Counter()
        self.examples: dict[str, list[dict[str, Any]]] = {}

    def add(self, leads: Sequence[Lead]) -> None:
        """Count these leads, those of the same country, phone types and place as one."""
        accepted = [lead for lead in leads if lead.verdict is Verdict.ACCEPTED]
        self._alike.update(
            [(phone.e164[:AREA], phone.region, phone.types, lead.zones, lead.state, consent_of(lead.consent))
             for lead in accepted for phone in lead.phones[:1]]
        )  # fmt: skip
        for lead in leads:
            if lead.reason and len(seen := self.examples.setdefault(lead.reason.value, [])) < EXAMPLES:
                seen.append({"row": lead.row, "detail": lead.detail, "suggestion": lead.suggestion})

    def counts(self) -> dict[str, dict[str, int]]:
        """Accepted leads by country, phone types and zones, and by the reason the campaign file leaves them out for."""
        countries, types, zones, screened = (Counter[str]() for _ in range(4))
        now = datetime.now(UTC)
        for (area, region, kinds, places, state, consent), count in self._alike.items():
            countries[region] += count
            types[" or ".join(kinds)] += count
            zones[" or ".join(sorted(places)) or "unknown"] += count
            person = Person(area, region, kinds, places, state, consent)
            if self._rules and (reason := screen(person, History(), self._rules, now)):
                screened[reason] += count
        counted = {"countries": countries, "types": types, "zones": zones, "screened": screened}
        return {name: dict(counter.most_common()) for name, counter in counted.items()}


def check(wish: Checking) -> dict[str, Any]:
    """Read the list through and account for every row; raises ListRefused, SpecRefused, InputRefused or ReportError.

    ``screened`` counts those whom the campaign file would exclude; their rows are accepted all the same.
    """
    spec = read_campaign(wish.campaign_file)
    given = {"country": wish.country, "sheet": wish.sheet, "encoding": wish.encoding}
    for out in filter(None, (wish.annotated, wish.to_fix)):
        check_out(out)
    leads = open_list(wish.file, spec.leads.model_copy(update={key: value for key, value in given.items() if value}),
                      spec.agents)  # fmt: skip
    agreed = as_if_agreed(spec, leads.info.columns, "the check")
    look_up = spec.lookup.provider != "none"
    tally = Tally(Rules.from_spec(agreed, look_up=look_up) if wish.campaign_file else None)
    with lines_to(wish.out) as write, Progress("Checking", leads.rows) as progress, few_collections():

        def each(batch: Sequence[Lead]) -> None:
            tally.add(batch)
            write(batch)
            progress.advance(len(batch))

        survey = summarise(leads, each)
    return survey | {
        "annotated": _written(write_annotated, leads, wish.annotated),
        "to_fix": _written(write_to_fix, leads, wish.to_fix),
        "examples": tally.examples,
        "agents": list(callers_shown(spec)),
        "consent": "ask" if agreed is not spec and wish.campaign_file else None,
        **tally.counts(),
        "next": _next(wish, survey),
    }


def _written(write: Callable[[LeadList, Path, Each], Path], leads: LeadList, out: Path | None) -> str | None:
    if out is None:
        return None
    with Progress(f"Writing {out.name}", leads.rows) as progress:
        return str(write(leads, out, lambda batch: progress.advance(len(batch))))


@contextmanager
def lines_to(out: Path | None) -> Iterator[Callable[[Sequence[Lead]], None]]:
    """What writes leads' lines to ``out``, which appears when the block ends well, or not at all."""
    if out is None:
        yield lambda _: None
        return
    draft = out.with_name(f".leads-{uuid4().hex}.part")
    try:
        with draft.open("w", encoding="utf-8") as file:

            def write(leads: Sequence[Lead]) -> None:
                file.writelines(json.dumps(lead_line(lead), ensure_ascii=False) + "\n" for lead in leads)

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
    yield from survey["notes"]
    if survey["guesses"]:
        yield f"The encoding is a guess: {' | '.join(survey['guesses'])}; if that is not right, say --encoding"
    yield f"{survey['rows']:,} rows: " + ", ".join(f"{survey[key]:,} {word}" for key, word in VERDICTS.items())
    yield "\nColumns"
    width = max((cell_len(column["header"]) for column in survey["columns"]), default=0)
    for column in survey["columns"]:
        taken = f"{column['field']} ({column['why']})" if column["field"] else "custom field"
        header = column["header"] + " " * (width - cell_len(column["header"]))  # 氏名 is four columns wide
        yield f"  {header}  {taken:<28}  {_samples(column['samples'])}".rstrip()
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
    yield from ("\nWho calls", *(f"  {words}" for words in survey["agents"])) if survey["agents"] else ()
    if survey["consent"] == "ask":
        yield "\nNothing in the list or the campaign file speaks of these people's consent; a launch will ask."
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


def _samples(values: Sequence[str]) -> str:
    return " | ".join(shorten(value, SAMPLE_WIDTH, placeholder="…") for value in values)


def _shares(counted: Mapping[str, int]) -> str:
    shown = [f"{name} {count:,}" for name, count in islice(counted.items(), MOST)]
    return ", ".join(shown) + (f", … ({len(counted) - MOST} more)" if len(counted) > MOST else "")


def _next(wish: Checking, survey: Mapping[str, Any]) -> str:
    told = [*_option("--sheet", wish.sheet), *_option("--encoding", wish.encoding)]
    if survey["reasons"].get(Reason.AMBIGUOUS_COUNTRY):
        return line("check", wish.file, "--country", "US", *told)
    if wish.campaign_file:
        return line("launch", wish.file, "--campaign", wish.campaign_file, "--rehearse")
    return line("init", wish.file, *_option("--country", wish.country), *told)


def _option(name: str, value: str | None) -> list[str]:
    return [name, value] if value else []
