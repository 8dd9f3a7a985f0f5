"""The page as HTML: campaigns and their counts, no name and no number of a person, and no script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from html import escape

from campaigns.ledger.queries import Line
from campaigns.vocabulary import ContactState

REFRESH_S = 5
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1d2330}"
    "table{border-collapse:collapse;width:100%}th,td{padding:.4rem .7rem;text-align:right;border-bottom:1px solid #dde}"
    "th:first-child,td:first-child,th:nth-child(2),td:nth-child(2){text-align:left}"
    "td{font-variant-numeric:tabular-nums}p{color:#566}"
)
POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What a browser may load: this page's own style, known by its hash, and nothing else."""


def campaigns_page(lines: Iterable[Line], *, rehearsal: bool) -> str:
    """All campaigns as a table that renews itself."""
    states = [str(state) for state in ContactState]
    head = "".join(f"<th>{escape(word)}</th>" for word in ("campaign", "state", *states))
    body = "".join(_row(line.campaign, line.state, line.leads, states) for line in lines)
    title = "Campaigns (rehearsal)" if rehearsal else "Campaigns"
    return document(title, f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")


def document(title: str, body: str) -> str:
    """A whole page; ``body`` is HTML."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta http-equiv="refresh" content="{REFRESH_S}"><style>{STYLE}</style></head>'
        f"<body><h1>{escape(title)}</h1>{body}</body></html>"
    )


def _row(name: str, state: str, leads: Mapping[str, int], states: Iterable[str]) -> str:
    counts = "".join(f"<td>{leads[word]:,}</td>" for word in states)
    return f"<tr><td>{escape(name)}</td><td>{escape(state)}</td>{counts}</tr>"
