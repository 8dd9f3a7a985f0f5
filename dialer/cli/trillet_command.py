"""``dialer trillet``: what Trillet's accounts have there. Only a campaign calls people under our rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialer.cli.asking import (
    Asking,
    Verb,
    ask,
    asking_options,
    confirm,
    file_option,
    group,
    words_argument,
    yes_option,
)
from dialer.cli.options import PATH, say
from dialer.cli.showing import show

if TYPE_CHECKING:
    from dialer.providers.trillet.api.account import Api

TRILLET = "trillet"
COUNTS = ("page", "limit")
FLOWS = (
    Verb("list", "flows.every", "List the call flows."),
    Verb("create", "flows.create", "Make a call flow: what an agent says and does.", fields="flows.FlowPayload"),
)
CALLS = (
    Verb("show", "calls.get", "Show a call of the history whole, by its record's id.", ("call",)),
    Verb("active", "calls.active", "List the calls that go on."),
    Verb("watch", "calls.active_in", "Show the call that goes on in a room.", ("room",)),
)
BATCHES = (
    Verb("overview", "batches.get", "Show where a batch stands.", ("batch",)),
    Verb("status", "batches.progress", "Show how far a batch is.", ("batch",)),
    Verb("calls", "batches.calls", "List a page of its calls.", ("batch", "page=1", "limit=20", "status=all")),
    Verb("cancel", "batches.cancel", "Call nobody more of it.", ("batch",), destroys="cancel {batch} for good"),
)
AGENTS = (
    Verb("list", "agents.every", "List the agents."),
    Verb("show", "agents.get", "Show an agent.", ("agent",)),
    Verb("create", "agents.create", "Make an agent; its voice is a table of --file.", fields="agents.AgentPayload"),
)
NUMBERS = (
    Verb("list", "numbers.every", "List the workspace's numbers."),
    Verb("config", "numbers.config", "Show what a number is for, by its id.", ("number",)),
    Verb("configure", "numbers.configure", "Change it.", ("number",), fields="numbers.ConfigChanges"),
    Verb("available", "numbers.available", "List numbers that can be bought.", fields="numbers.Wanted"),
    Verb(
        "purchase", "numbers.purchase", "Buy a number.", fields="numbers.Purchase",
        destroys="buy this number, which costs money every month",
    ),
    Verb(
        "register", "numbers.register", "Bring a number from your Twilio account, with DIALER_SECRET_AUTHTOKEN.",
        fields="numbers.Registration",
    ),
)  # fmt: skip

command = click.Group("trillet", help="Look after what a Trillet account has there.")
calls = group("calls", "Show calls; campaigns place them.", CALLS, TRILLET, COUNTS)
batches = group("batches", "Lists that Trillet itself calls, past our rules.", BATCHES, TRILLET, COUNTS)
for made in (
    group("agents", "Make and show agents.", AGENTS, TRILLET, COUNTS),
    batches,
    calls,
    group("flows", "Make and list call flows.", FLOWS, TRILLET, COUNTS),
    group("numbers", "Look after numbers.", NUMBERS, TRILLET, COUNTS),
):
    command.add_command(made)


@calls.command(cls=Asking, endpoints=("calls.history", "calls.older_history"), platform=TRILLET)
@words_argument
@click.option("--older", is_flag=True, help="Ask the first version, where the second answers 500.")
@file_option
@asking_options
def history(
    words: tuple[str, ...], older: bool, file: Path | None, account: str, state: Path | None, as_json: bool
) -> None:
    """List a page of the history: agentId=… status=… page=2, and so on.

    Where there is no such call, Trillet answers 500.
    """
    from dialer.cli.filling import fill
    from dialer.providers.trillet.api.calls import Search

    search = fill(Search, words, file) if words or file else Search()

    async def request(api: Api) -> Any:
        return await (api.calls.older_history if older else api.calls.history)(search)

    show(ask(account, state, request, TRILLET), as_json=as_json)


@calls.command(cls=Asking, endpoints=("calls.recording",), platform=TRILLET)
@click.argument("call")
@click.argument("file", type=PATH)
@yes_option
@asking_options
def recording(call: str, file: Path, yes: bool, account: str, state: Path | None, as_json: bool) -> None:
    """Keep the sound of CALL, a record's id, as FILE."""
    _keep(file, ask(account, state, lambda api: api.calls.recording(call), TRILLET), yes=yes, as_json=as_json)


@calls.command(cls=Asking, endpoints=("calls.export",), platform=TRILLET)
@click.argument("agent")
@click.argument("file", type=PATH)
@click.option("--transcripts", is_flag=True, help="With what was said.")
@click.option("--analysis", is_flag=True, help="With what Trillet made of it.")
@click.option("--limit", type=click.IntRange(1), help="How many calls at most.")
@yes_option
@asking_options
def export(
    agent: str, file: Path, transcripts: bool, analysis: bool, limit: int | None, yes: bool, account: str,
    state: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Keep the calls of AGENT as FILE, in CSV. That is slow."""
    from dialer.providers.trillet.api.calls import Export

    wanted = Export(agent_id=agent, include_transcripts=transcripts, include_post_analysis=analysis, limit=limit)
    _keep(file, ask(account, state, lambda api: api.calls.export(wanted), TRILLET), yes=yes, as_json=as_json)


@calls.command(cls=Asking, endpoints=("calls.web",), platform=TRILLET)
@click.argument("agent")
@click.argument("file", type=PATH)
@yes_option
@asking_options
def web(agent: str, file: Path, yes: bool, account: str, state: Path | None, as_json: bool) -> None:
    """Begin a call with AGENT in a browser; what one joins it with, a token among it, goes to FILE."""
    from dialer.providers.trillet.api.calls import WebCall

    found = ask(account, state, lambda api: api.calls.web(WebCall(agent_id=agent)), TRILLET)
    _keep(file, found.model_dump_json(by_alias=True, indent=2).encode(), yes=yes, as_json=as_json)


@batches.command(cls=Asking, endpoints=("batches.start",), platform=TRILLET)
@click.argument("leads", type=PATH)
@words_argument
@file_option
@yes_option
@asking_options
def start(
    leads: Path, words: tuple[str, ...], file: Path | None, yes: bool, account: str, state: Path | None, as_json: bool
) -> None:
    """Have Trillet call everybody in LEADS, a CSV with a column phone_number: agentId=… scheduledAt=….

    Neither hours nor do-not-call lists hold there, and nothing is kept of it here: `dialer launch` is for campaigns.
    """
    from campaigns.errors import InputRefused
    from dialer.cli.filling import fill
    from dialer.providers.trillet.api.batches import BatchPayload

    batch = fill(BatchPayload, words, file)
    try:
        content = leads.read_bytes()
    except OSError as error:
        raise InputRefused(f"{leads} cannot be read: {error.strerror}") from None
    confirm(f"have Trillet call everybody in {leads}, past our hours and do-not-call lists", yes=yes)
    show(ask(account, state, lambda api: api.batches.start(batch, leads.name, content), TRILLET), as_json=as_json)


def _keep(file: Path, content: bytes, *, yes: bool, as_json: bool) -> None:
    """Write a file that only its owner can read; asks before it writes over another."""
    from campaigns.errors import InputRefused

    if file.exists():
        confirm(f"write over {file}", yes=yes)
    try:
        file.touch(mode=0o600)
        file.chmod(0o600)
        file.write_bytes(content)
    except OSError as error:
        raise InputRefused(f"{file} cannot be written: {error.strerror}") from None
    if as_json:
        show({"file": str(file), "bytes": len(content)}, as_json=True)
    else:
        say(f"{len(content):,} bytes are in {file}.")
