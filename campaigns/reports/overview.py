"""The Summary sheet: the numbers that tie, what each word means, and one chart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from xlsxwriter import Workbook

from campaigns.reports.calls import Message, Wording
from campaigns.reports.look import GREEN, GREY, LINE, NAVY, Look, put_text
from campaigns.reports.sheets import plain_words
from campaigns.reports.summary import Reasoned, Summary
from campaigns.spec.written import written
from campaigns.vocabulary import AttemptState, ContactState, Incident, Reason, Result, Verdict, Word

LABEL, COUNT, SHARE, WORDS = range(4)
WIDTHS = (46, 20, 22, 76)
CHART_SIZE = {"width": 500, "height": 470}
"""Pixels: it stands beside the table of hours, over the column of words, which that table leaves empty."""


def write_overview(book: Workbook, look: Look, summary: Summary, name: str) -> None:
    """Write the first sheet of the workbook under this name."""
    page = book.add_worksheet(name)
    for column, width in enumerate(WIDTHS):
        page.set_column(column, column, width)
    page.hide_gridlines(2)
    page.set_tab_color(NAVY)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    writer = _Overview(page, look)
    writer.title(summary)
    writer.people(summary)
    writer.calls(summary)
    first, last = writer.hours(summary)
    writer.platform(summary)
    writer.incidents(summary)
    writer.registries(summary)
    writer.rules(summary)
    writer.settings(summary)
    if summary.pace.calls:
        page.insert_chart(first, WORDS, _chart(book, name, first, last), {"x_offset": 8, "y_offset": 4})


class _Overview:
    """Writes the sheet from top to bottom, which is the only way in constant memory."""

    def __init__(self, page: Any, look: Look) -> None:
        self._page, self._look, self._row = page, look, 0

    def title(self, summary: Summary) -> None:
        self._page.set_row(self._row, 32)
        self._text(LABEL, summary.campaign, self._look.title)
        self._row += 1
        for warning in _warnings(summary):
            self._page.set_row(self._row, 24)
            for column in range(len(WIDTHS)):
                self._page.write_blank(self._row, column, None, self._look.banner)
            self._text(LABEL, warning, self._look.banner)
            self._row += 1
        because = plain_words(summary.state_reason)
        state = ": ".join(part for part in (summary.state, because, summary.state_detail) if part)
        made = f"{summary.made_at:%Y-%m-%d %H:%M} UTC"
        self._text(
            LABEL, f"As of {made} · {state} · account {summary.account} · agent {summary.agent}", self._look.quiet
        )
        self._row += 1

    def people(self, summary: Summary) -> None:
        self._section("Rows of the lists", "rows", "of all rows")
        self._words(Verdict, summary.verdicts, every=True)
        self._total("Rows in", summary.rows)
        self._section("Lists", "rows")
        for source in summary.sources:
            sheet = f"sheet {source.sheet}" if source.sheet else ""
            self._line(source.file, source.rows, words=sheet if source.complete else "still being loaded")
        self._reasons("Why rows are not called", "rows", summary.row_reasons)
        self._section("Leads by state", "leads", "of all leads")
        self._words(ContactState, summary.contacts)
        self._total("Leads (the accepted rows)", summary.funnel.leads)
        self._reasons("Why leads are where they are", "leads", summary.contact_reasons)

    def calls(self, summary: Summary) -> None:
        people = summary.funnel
        self._section("Funnel", "leads", "of all leads")
        for label, count, words in (
            ("Leads", people.leads, "accepted rows"),
            ("Dialed", people.dialed, "a call was placed, or may have been"),
            ("Connected", people.connected, "somebody or something answered"),
            ("Human", people.human, "a person was reached"),
        ):
            self._line(label, count, people.leads, words)
        self._section("Attempts by state", "attempts", "of all attempts")
        self._words(AttemptState, summary.attempts)
        self._total("Attempts", sum(summary.attempts.values()))
        self._section("Ended attempts by result", "attempts", "of the ended")
        self._words(Result, summary.results)
        self._total("Ended attempts", sum(summary.results.values()))
        self._pace(summary)

    def hours(self, summary: Summary) -> tuple[int, int]:
        """Write the calls by hour; answers their first and last row."""
        self._section("Calls by hour of the person's day", "calls", "answered by a person")
        first = self._row
        for hour in summary.hours:
            self._text(LABEL, f"{hour.hour}:00" if hour.hour.isdigit() else hour.hour, self._look.text)
            self._page.write_number(self._row, COUNT, hour.calls, self._look.count)
            self._page.write_number(self._row, SHARE, hour.human, self._look.count)
            self._row += 1
        last = self._row - 1
        self._total("Calls", summary.pace.calls)
        return first, last

    def platform(self, summary: Summary) -> None:
        if summary.wordings:
            self._section("The platform's words, and how they were read", "calls")
            for wording in summary.wordings:
                said = " / ".join(word for word in (wording.status, wording.answered_by) if word)
                self._line(said, wording.calls, words=_reading(wording))
        if summary.messages:
            self._section("What the platform answered to requests", "requests")
            for message in summary.messages:
                self._line(_outcome(message), message.requests, words=message.text)

    def incidents(self, summary: Summary) -> None:
        if summary.incidents:
            self._section("Calls that ought not to be", "calls")
        for noticed in summary.incidents:
            self._line(noticed.kind, noticed.calls, words=f"{Incident(noticed.kind).meaning}; see the sheet Doubts")

    def rules(self, summary: Summary) -> None:
        if summary.own_rules:
            self._section("Where you keep other rules than the law's tables", "where")
            for rule in summary.own_rules:
                self._text(LABEL, f"{rule.what}: {rule.facts}", self._look.text)
                self._text(COUNT, rule.jurisdiction, self._look.text)
                self._text(WORDS, rule.because, self._look.words)
                self._row += 1
        if summary.agent_blocks:
            self._section("Phone types that the agent's own settings block")
            self._text(LABEL, ", ".join(summary.agent_blocks), self._look.text)
            self._row += 1
        if summary.look_ups.requests:
            self._section("Look-ups of phone types", "requests")
            self._line("Asked", summary.look_ups.requests, words=f"their price: {summary.look_ups.price:,.2f}")
            self._line("Answered with a type", summary.look_ups.told, summary.look_ups.requests)

    def settings(self, summary: Summary) -> None:
        self._section("Settings of the campaign")
        for key, value in written(summary.settings):
            self._text(LABEL, key, self._look.text)
            self._text(COUNT, value, self._look.text)
            self._row += 1

    def registries(self, summary: Summary) -> None:
        if summary.registries:
            self._section("Do-not-call registries", "numbers")
        for listed in summary.registries:
            words = f"{listed.jurisdiction}, as of {listed.as_of}, sha256 {listed.sha256}"
            because = f"; used although old: {listed.override}" if listed.override else ""
            self._line(listed.name, listed.numbers, words=words + because)

    def _pace(self, summary: Summary) -> None:
        self._section("Pace")
        pace, limit = summary.pace, summary.settings.get("pace", {}).get("per_second")
        # Scaled time scales the jitter of sending, too: there the pace holds over longer spans only (DESIGN §8).
        scaled = "; a rehearsal keeps it over longer spans only" if summary.rehearsal else ""
        words = f"the campaign's limit is {limit} a second{scaled}"
        self._line("Calls in the busiest second", pace.busiest_second, words=words)
        self._line("Calls in the busiest minute", pace.busiest_minute)
        self._line("Calls a minute while dialing", pace.per_minute, words="mean over the minutes with a call in them")
        self._instant("First call (UTC)", pace.first_call)
        self._instant("Last call (UTC)", pace.last_call)
        self._line("Minutes of calls", round(pace.talk_s / 60, 1), words="as the platform counts their length")

    def _section(self, title: str, *heads: str) -> None:
        self._row += 1
        self._page.set_row(self._row, 20)
        for column in range(len(WIDTHS)):
            text = (title, *heads, "", "", "")[column]
            look = self._look.over_numbers if column in (COUNT, SHARE) else self._look.given
            put_text(self._page, self._row, column, text, look)
        self._row += 1

    def _words(self, words: Iterable[Word], counts: Mapping[str, int], *, every: bool = False) -> None:
        of = sum(counts.values())
        for word in words:
            if every or counts[word]:
                self._line(word, counts[word], of, word.meaning)

    def _reasons(self, title: str, what: str, reasons: tuple[Reasoned, ...]) -> None:
        if reasons:
            self._section(title, what)
            for item in reasons:
                self._line(f"{item.where} · {item.reason}", item.count, words=Reason(item.reason).meaning)

    def _line(self, label: str, count: float, of: int = 0, words: str = "") -> None:
        self._text(LABEL, label, self._look.text)
        self._page.write_number(
            self._row, COUNT, count, self._look.count if count == int(count) else self._look.decimal
        )
        if of:
            self._page.write_number(self._row, SHARE, count / of, self._look.share)
        self._text(WORDS, words, self._look.words)
        self._row += 1

    def _instant(self, label: str, instant: datetime | None) -> None:
        if instant:
            self._text(LABEL, label, self._look.text)
            self._page.write_datetime(self._row, COUNT, instant.replace(microsecond=0), self._look.instant)
            self._row += 1

    def _total(self, label: str, count: int) -> None:
        self._text(LABEL, label, self._look.total)
        self._page.write_number(self._row, COUNT, count, self._look.total_count)
        self._row += 1

    def _text(self, column: int, text: str, format_: Any) -> None:
        if text:
            put_text(self._page, self._row, column, text, format_)


def _warnings(summary: Summary) -> Iterator[str]:
    if summary.rehearsal:
        yield "REHEARSAL: nobody was called, a practice platform made up the calls"
    if summary.made_up_agent:
        yield "The agent was made up, too, and knew every column: `dialer agents pull` keeps a copy of yours"


def _reading(wording: Wording) -> str:
    if wording.result is None:
        return "no result: a live call, or words that [platform.words] of the campaign file has to explain"
    return f"{wording.result}: {Result(wording.result).meaning}"


def _outcome(message: Message) -> str:
    return f"{message.state} · HTTP {message.http_status}" if message.http_status else message.state


def _chart(book: Workbook, page: str, first: int, last: int) -> Any:
    chart = book.add_chart({"type": "column"})
    for name, column, colour in (("calls", COUNT, NAVY), ("answered by a person", SHARE, GREEN)):
        chart.add_series(
            {
                "name": name,
                "categories": [page, first, LABEL, last, LABEL],
                "values": [page, first, column, last, column],
                "fill": {"color": colour},
                "overlap": 100,
                "gap": 40,
            }
        )
    chart.set_title({"name": "Calls by hour of the person's day", "name_font": {"size": 13, "color": NAVY}})
    chart.set_legend({"position": "bottom"})
    chart.set_x_axis({"num_font": {"rotation": -90, "color": GREY}, "line": {"color": LINE}})
    chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": LINE}}, "num_font": {"color": GREY}})
    chart.set_chartarea({"border": {"color": LINE}})
    chart.set_size(CHART_SIZE)
    return chart
