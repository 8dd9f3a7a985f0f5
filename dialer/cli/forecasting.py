"""A forecast from the command line: whose it is, with which rates, and what a change would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from campaigns.errors import InputRefused, NotFound
from campaigns.forecast.crowd import Crowd, made_lately, of_campaign, of_leads
from campaigns.forecast.experience import experience
from campaigns.forecast.grid import Grid, grid
from campaigns.forecast.outlook import Forecast, forecast
from campaigns.forecast.picture import png, svg
from campaigns.forecast.rates import ASSUMED, Rates
from campaigns.leads.collection import few_collections
from campaigns.leads.lead import Lead
from campaigns.leads.lists import open_list
from campaigns.ledger.campaigns import parse_stored
from campaigns.ledger.ledger import Ledger
from campaigns.ledger.queries import choose
from campaigns.ledger.suppression import suppressed_numbers
from campaigns.reports.publish import check_place, publish
from campaigns.rules.facts import Closure
from campaigns.rules.rules import Rules
from campaigns.spec import Pace, Spec, Window, parse_window, write_windows
from campaigns.spec.limits import Hours
from campaigns.vocabulary import PhoneType, Reason, Verdict
from dialer.access import reading
from dialer.cli.campaign_file import read_campaign
from dialer.cli.closing import lasting_if_any
from dialer.cli.consenting import as_if_agreed
from dialer.cli.options import open_site
from dialer.cli.progress import Progress
from dialer.providers.registry import Account
from dialer.site import Site

PICTURES: dict[str, Callable[[Grid, str], bytes]] = {".svg": svg, ".png": png}
CLIENT = "default"
NO_CAMPAIGN = 0
WORTH_TRYING = 0.1
"""What takes less than a tenth of the time is no limit worth a suggestion."""
WIDEST: Window = (480, 1260)
"""08:00 to 21:00, what federal American law leaves; other laws narrow it by themselves."""


@dataclass(frozen=True, slots=True)
class Forecasting:
    """What the user asked for."""

    what: str
    campaign_file: Path | None = None
    pace: float | None = None
    hours: str | None = None
    start: datetime | None = None
    plot: Path | None = None
    state: Path | None = None
    rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose forecast it is. ``left_out`` are rows that are no leads, by reason.

    ``spec`` is the campaign's within the limits of its account; ``narrowed``: those are narrower than its own.
    ``made`` are the campaign's calls of the last 24 hours, ``blocks`` the phone types that its agent blocks.
    """

    name: str
    spec: Spec
    crowd: Crowd
    left_out: Mapping[Reason, int]
    rates: Rates
    narrowed: bool
    made: tuple[tuple[float, int], ...] = ()
    closures: tuple[Closure, ...] = ()
    blocks: tuple[PhoneType, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One change as the user would write it, and the forecast with it."""

    text: str
    after: Forecast


@dataclass(frozen=True, slots=True)
class Outlook:
    """Everything there is to show."""

    subject: Subject
    now: Forecast
    changes: tuple[Change, ...] = field(default=())

    @property
    def zone(self) -> str:
        """The clock of most of these people; UTC where there are none."""
        return next(iter(self.now.zones), "UTC")

    @property
    def grid(self) -> Grid:
        """The calls by day and hour."""
        return grid(self.now.quarters, self.zone)


def look_ahead(wish: Forecasting) -> Outlook:
    """Forecast as asked; raises NotFound, ListRefused, SpecRefused or InputRefused."""
    if wish.plot:
        _check_plot(wish.plot)
    window = _window(wish.hours) if wish.hours else None
    here = _site(wish)
    start = wish.start.replace(tzinfo=wish.start.tzinfo or UTC) if wish.start else here.clock.now()
    subject = _of_file(here, wish) if Path(wish.what).exists() else _of_campaign(here, wish)
    now = _forecast(subject, subject.spec, start)
    asked = _asked(subject.spec, wish.pace, window) or _suggested(subject.spec, now)
    return Outlook(subject, now, tuple(Change(text, _forecast(subject, spec, start)) for text, spec in asked))


def write_plot(outlook: Outlook, out: Path) -> Path:
    """Draw the plot; an existing file is kept. Answers the path written to."""
    title = f"{outlook.subject.name}: {outlook.now.calls.p50:,.0f} calls to {sum(outlook.now.zones.values()):,} people"
    content = PICTURES[out.suffix.lower()](outlook.grid, title)

    def fill(draft: Path) -> None:
        draft.write_bytes(content)

    return publish(out, fill)


def _check_plot(out: Path) -> None:
    if out.suffix.lower() not in PICTURES:
        raise InputRefused(f"{out}: a plot is an .svg or a .png file; name it so")
    check_place(out)


def _forecast(subject: Subject, spec: Spec, start: datetime) -> Forecast:
    rules = planned(Rules.from_spec(spec, subject.closures, subject.blocks, look_up=spec.lookup.provider != "none"))
    return forecast(subject.crowd, rules, spec, start, subject.rates, subject.made)


def planned(rules: Rules) -> Rules:
    """The rules as a forecast takes them: whose phone type will be looked up counts as one who may be called."""
    return replace(rules, look_up=False, allow_undecided=True) if rules.look_up else rules


def _site(wish: Forecasting) -> Site:
    try:
        return open_site(wish.state, rehearsal=wish.rehearsal)
    except NotFound:  # of a list a rehearsal can be forecast before there was one
        if not Path(wish.what).exists():
            raise
        return open_site(wish.state, rehearsal=False)


@contextmanager
def ledger_here(here: Site) -> Iterator[Ledger | None]:
    """The ledger of this place; None where there is none yet."""
    with ExitStack() as stack:
        ledger = None
        with suppress(NotFound):
            ledger = stack.enter_context(reading(here.settings, here.folder, here.clock))
        yield ledger


def _of_file(here: Site, wish: Forecasting) -> Subject:
    spec = read_campaign(wish.campaign_file)
    leads = open_list(Path(wish.what), spec.leads, spec.agents)
    crowd: Crowd = Counter()
    left_out: Counter[Reason] = Counter()
    # A rehearsal that does not exist yet is not told of the real ledger's calls.
    opened = ledger_here(here) if here.rehearsal == wish.rehearsal else nullcontext()
    with opened as ledger, Progress("Reading", leads.rows) as progress, few_collections():
        for batch in leads.batches():
            accepted = [lead for lead in batch if lead.verdict is Verdict.ACCEPTED]
            left_out.update([lead.reason for lead in batch if lead.reason and lead.verdict is not Verdict.ACCEPTED])
            barred = _barred(ledger, accepted, here.clock.now())
            left_out.update(barred.values())
            crowd.update(of_leads([lead for lead in accepted if lead.row not in barred]))
            progress.advance(len(batch))
        rates = rates_of(ledger, spec)
    agreed = as_if_agreed(spec, leads.info.columns, "the forecast")
    narrow = within(agreed, _account(here, wish, spec))
    closures = lasting_if_any(here)
    return Subject(Path(wish.what).name, narrow, crowd, left_out, rates, narrow != agreed, closures=closures)


def _of_campaign(here: Site, wish: Forecasting) -> Subject:
    with _known(wish.what), reading(here.settings, here.folder, here.clock) as ledger:
        campaign = ledger.read_now(choose, wish.what)
        spec = read_campaign(wish.campaign_file) if wish.campaign_file else parse_stored(campaign.spec)
        crowd = ledger.read_now(of_campaign, campaign.id, here.clock.now())
        made = ledger.read_now(made_lately, campaign.id, here.clock.now())
        rates = rates_of(ledger, spec)
    narrow = within(spec, _account(here, wish, spec))
    blocks = tuple(PhoneType(word) for word in campaign.agent_blocks or ())
    return Subject(campaign.name, narrow, crowd, {}, rates, narrow != spec, made, lasting_if_any(here), blocks)


@contextmanager
def _known(what: str) -> Iterator[None]:
    """Say of what looks like a file that there is none, rather than speak of campaigns alone."""
    try:
        yield
    except NotFound as error:
        if Path(what).suffix:
            raise NotFound(f"{what}: no such file; {error}") from None
        raise


def _barred(ledger: Ledger | None, leads: Sequence[Lead], now: datetime) -> dict[int, Reason]:
    """Which rows are on a do-not-call list already, and on which."""
    if ledger is None:
        return {}
    asked = {(phone.e164, CLIENT, NO_CAMPAIGN) for lead in leads for phone in lead.phones}
    found = {number: reason for (number, _), reason in ledger.read_now(suppressed_numbers, asked, now).items()}
    if not found:
        return {}
    reasons = ((lead.row, [found[p.e164] for p in lead.phones if p.e164 in found]) for lead in leads)
    return {row: reason[0] for row, reason in reasons if reason}


def rates_of(ledger: Ledger | None, spec: Spec) -> Rates:
    """How the account's calls go, by its own where there are enough."""
    own = ledger.read_now(experience, spec.account, spec.platform.fields.cost) if ledger else None
    return own or ASSUMED


def within(spec: Spec, account: Account | None) -> Spec:
    """The campaign at no more than its account's pace."""
    if account is None:
        return spec
    slower, fewer = min(spec.pace.per_second, account.per_second), min(spec.pace.at_once, account.at_once)
    return _with_pace(spec, per_second=slower, at_once=fewer)


def _account(here: Site, wish: Forecasting, spec: Spec) -> Account | None:
    """Whose limits hold beside the campaign's; a rehearsal knows none."""
    return None if wish.rehearsal else here.settings.accounts.get(spec.account)


def _window(text: str) -> Window:
    """``9-20`` or ``09:30-20:00``."""
    parts = [part if ":" in part else f"{part}:00" for part in text.replace(" ", "").split("-")]
    try:
        return parse_window("-".join(parts))
    except ValueError as error:
        raise InputRefused(f"--hours {text}: {error}") from None


def _asked(spec: Spec, pace: float | None, window: Window | None) -> list[tuple[str, Spec]]:
    """The changes that the user named, each by itself and, where there are two, both."""
    faster = ("--pace", f"{pace:g}", _with_pace(spec, per_second=pace)) if pace else None
    longer = ("--hours", write_windows((window,))[0], _with_hours(spec, window)) if window else None
    asked = [(f"{option} {value}", changed) for option, value, changed in filter(None, (faster, longer))]
    if pace and window:
        asked.append((" ".join(text for text, _ in asked), _with_pace(_with_hours(spec, window), per_second=pace)))
    return asked


def _suggested(spec: Spec, now: Forecast) -> list[tuple[str, Spec]]:
    """For each thing that holds the campaign up for long, what would give it room."""
    pace, attempts = spec.pace, spec.retries.attempts
    faster, more = min(100.0, 2 * pace.per_second), min(5000, 2 * pace.at_once)
    levers: dict[str, tuple[str, Spec]] = {
        "pace": (f"per_second = {faster:g}", _with_pace(spec, per_second=faster)),
        "calls at once": (f"at_once = {more}", _with_pace(spec, at_once=more)),
        "calls a day": (f"per_day = {2 * pace.per_day}", _with_pace(spec, per_day=2 * pace.per_day)),
        "hours": (f"hours {write_windows((WIDEST,))[0]}", _with_hours(spec, WIDEST)),
    }
    if attempts > 1:
        fewer = spec.retries.model_copy(update={"attempts": attempts - 1})
        levers["retries"] = (f"attempts = {attempts - 1}", spec.model_copy(update={"retries": fewer}))
    return [levers[what] for what, share in now.limits.items() if share >= WORTH_TRYING and what in levers]


def _with_pace(spec: Spec, **changes: float | None) -> Spec:
    return spec.model_copy(update={"pace": Pace.model_validate(spec.pace.model_dump() | changes)})


def _with_hours(spec: Spec, window: Window) -> Spec:
    """The same hours on every day that is not closed."""
    days = {day: (window,) if getattr(spec.hours, day) else () for day in Hours.model_fields}
    return spec.model_copy(update={"hours": Hours.model_validate(days)})
