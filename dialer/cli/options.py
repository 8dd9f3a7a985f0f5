"""Options and ways of speaking that several commands share."""

from __future__ import annotations

import getpass
import json
import os
import shlex
import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from dialer.site import Site

Function = TypeVar("Function", bound=Callable[..., Any])
PATH = click.Path(path_type=Path)
STDIN = "standard-input"
"""What the file is called that standard input is kept in."""


def list_argument(function: Function) -> Function:
    """``FILE``: a lead list; ``-`` is standard input, kept as a file until the command ends."""
    return click.argument("file", type=PATH, callback=_list_at)(function)


def _list_at(context: click.Context, _: click.Parameter, path: Path) -> Path:
    if path != Path("-"):
        return path
    from campaigns.leads.reading.archives import spooled_stdin

    return context.with_resource(spooled_stdin(sys.stdin.buffer))


def reading_options(function: Function) -> Function:
    """``--country``, ``--sheet`` and ``--encoding`` of the commands that look at a list before it has a campaign."""
    country = click.option(
        "--country", metavar="XX", help="Country of numbers without a +: two letters, such as US or GB."
    )
    sheet = click.option(
        "--sheet", metavar="NAME", help="Sheet of the workbook (default: the first with phone numbers)."
    )
    encoding = click.option(
        "--encoding", metavar="NAME", help="Encoding of a text file, such as cp1252 (default: found out)."
    )
    return country(sheet(encoding(function)))


def state_option(function: Function) -> Function:
    """``--state DIR``: the state folder."""
    return click.option("--state", type=PATH, help="State folder (default: the nearest .dialer).")(function)


def rehearsal_option(function: Function) -> Function:
    """``--rehearsal``: the rehearsal instead of the real thing."""
    return click.option("--rehearsal", is_flag=True, help="The rehearsal, not the real campaigns.")(function)


def why_option(function: Function) -> Function:
    """``--why TEXT``: a reason, kept in the campaign's history."""
    return click.option("--why", default="", metavar="TEXT", help="Why, for the campaign's history.")(function)


def json_option(function: Function) -> Function:
    """``--json``: one JSON document on stdout and nothing else."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(function)


def ending_options(function: Function) -> Function:
    """``--report``, ``--quiet`` and ``--json`` of the commands that dial."""
    report = click.option("--report", type=PATH, help="Write the results here at the end (.xlsx, .csv or .json).")
    quiet = click.option("-q", "--quiet", is_flag=True, help="Show no progress, only the end.")
    return report(quiet(json_option(function)))


def open_site(state: Path | None, *, rehearsal: bool) -> Site:
    """The site of a command that looks at, or steers, what is there."""
    from dialer.site import site

    return site(os.environ, state, rehearsal=rehearsal)


def say(text: str = "") -> None:
    """Tell a person something; stdout is for data."""
    click.echo(text, err=True)


def print_json(document: Any) -> None:
    """Print a document on stdout."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=False, default=plain))


def who() -> str:
    """Who gives a command, for the campaign's history: user and machine."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"


def line(*words: str | Path, state: Path | None = None, rehearsal: bool = False) -> str:
    """A command as the user can type it here: the program by the name that reaches it, words quoted where needed."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        program = [Path(sys.executable).name, "-m", "dialer"]
    else:
        program = [called.name if shutil.which(called.name) else str(called)]
    place = ["--state", str(state)] if state else []
    typed = ["-" if Path(word).name == STDIN else str(word) for word in words]
    return shlex.join([*program, *typed, *place, *(["--rehearsal"] if rehearsal else [])])


def is_terminal() -> bool:
    """Whether a person looks on and can answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def plain(value: Any) -> Any:
    """What JSON does not know by itself, in its own words: instants, dataclasses, and anything else as text."""
    if isinstance(value, datetime):
        return value.isoformat()
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)
