"""The command line (DESIGN §9): thin; each command is a module, imported when it is called."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import Any

import click

from campaigns.errors import DialerError

COMMANDS = {
    "Campaigns": {
        "init": "Write a commented campaign file for a lead list.",
        "check": "Say what would happen to each row of a lead list; calls nobody.",
        "forecast": "Say what a campaign will come to: calls, cost, finish; calls nobody.",
        "launch": "Load a lead list and dial it; with --rehearse, practise it.",
        "run": "Dial a campaign until nothing is due; for cron.",
        "append": "Add the new and changed rows of a list to a campaign.",
        "withdraw": "Take the people of a list off a campaign.",
        "edit": "Change a campaign's file while it runs.",
        "clone": "Make a campaign like another one.",
        "report": "Write the results as a spreadsheet.",
    },
    "Watch and steer": {
        "status": "Show where a campaign stands.",
        "list": "List the campaigns.",
        "why": "Say why someone was not called, and when they will be.",
        "history": "Show what was done to a campaign: when, who, why.",
        "callback": "Call a lead back when they asked for it.",
        "review": "List what was said and could not be read.",
        "pause": "Place no new calls.",
        "resume": "Go on after a pause.",
        "cancel": "End a campaign for good.",
        "archive": "Move a campaign that is over to a folder of its own.",
        "settle": "Say what became of leads that are held.",
        "budget": "Limit what an account or a client uses in 24 hours.",
        "suppress": "Keep the lists of who must not be called.",
        "forget": "Erase a person, and never call them again.",
        "rules": "Show the calling hours that the law allows.",
    },
    "The platform's own": {
        "workspaces": "Make and change workspaces.",
        "agents": "Make and change agents; keep copies of them.",
        "actions": "Make and change what an agent can do in a call.",
        "numbers": "Show the caller numbers, and how often people answer them.",
        "calls": "Show, hang up and delete calls.",
        "webhook": "Have the platform tell of its calls by itself.",
        "users": "Show and change the user whose key it is.",
        "resource": "Show how a domain is branded.",
        "constants": "Show the words that the platform knows.",
        "opencx": "Look after an account on OpenCX.",
        "trillet": "Look after an account on Trillet.",
    },
    "Set up": {
        "worker": "Serve every running campaign.",
        "serve": "Serve a web page that shows the campaigns.",
        "migrate": "Bring the ledger's tables up to date.",
        "backup": "Write a copy of the ledger while it is served.",
        "restore": "Put a copy of the ledger back.",
        "doctor": "Check keys, servers, clock and disk.",
        "sandbox": "Serve the practice platform.",
    },
}


class Program(click.Group):
    """A group whose commands live in modules of their own name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the help page."""
        return [name for group in COMMANDS.values() for name in group]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of this name; its module is imported now."""
        if name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"dialer.cli.{name}_command").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Name the nearest command for an unknown one."""
        import difflib

        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            raise click.UsageError(error.message + hint, ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands under their headings, without importing any."""
        for heading, group in COMMANDS.items():
            with formatter.section(heading):
                formatter.write_dl(list(group.items()))


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="dialer")
def program() -> None:
    """Call every lead of a list once it may be called, and hand back the list with the results in it.

    \b
    dialer launch leads.xlsx --rehearse             practise: no key, no calls
    dialer launch leads.xlsx --campaign spring.toml
    dialer report spring results.xlsx
    """


def main() -> None:
    """Run the program; every error becomes one line on stderr and the exit code of DESIGN §9."""
    try:
        if at := os.environ.get("DIALER_CRASH_AT"):
            from campaigns.points import arm

            arm(at)
        sys.exit(program(prog_name="dialer", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:  # what click makes of Ctrl-C
        click.echo("dialer: stopped", err=True)
        sys.exit(128 + signal.SIGINT)
    except DialerError as error:
        click.echo(f"dialer: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the outermost loop: our own fault, and no traceback reaches a user
        from dialer.cli.faults import keep_fault

        click.echo(f"dialer: this is our fault: {keep_fault(error)}", err=True)
        sys.exit(1)
