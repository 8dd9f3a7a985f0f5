"""``dialer serve``: a web page that shows the campaigns."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.cli.options import open_site, rehearsal_option, say, state_option


@click.command(name="serve")
@click.option("--port", default=8470, show_default=True, type=click.IntRange(0, 65535), help="Port; 0: any free one.")
@state_option
@rehearsal_option
def command(port: int, state: Path | None, rehearsal: bool) -> None:
    """Serve a read-only page with the campaigns and their counts, on this machine only, until it is interrupted."""
    import asyncio

    from dialer.cli.looking import look_at_all
    from dialer.web.server import HOST, serve

    site = open_site(state, rehearsal=rehearsal)
    look_at_all(site)  # no ledger is said now, not by the first request
    asyncio.run(serve(site, port, lambda taken: say(f"Serving on http://{HOST}:{taken}/ - Ctrl-C ends it.")))
