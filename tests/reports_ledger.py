"""A real ledger with whatever rows a report test needs in it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from campaigns.leads.lead import Column, ListInfo
from campaigns.ledger.ledger import Ledger, connect
from campaigns.ledger.migrate import migrate
from campaigns.ledger.tables import attempts, campaigns, contacts, lists, rows
from campaigns.reports.report import write_report
from campaigns.reports.summary import Summary, summarise
from campaigns.spec import Spec, dump_spec
from campaigns.vocabulary import AttemptState, CampaignState, ContactState, Reason, Verdict
from tests.agreed import CONSENT

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
"""A Monday noon in New York."""

NEW_YORK = "America/New_York"
CONSENTED = Spec.model_validate({"consent": CONSENT})


class Books:
    """A migrated ledger and the means to put rows into it."""

    def __init__(self, url: str) -> None:
        migrate(url, NOW)
        self.ledger = Ledger(url, lambda: NOW)
        self._engine = connect(url)
        self._serial = itertools.count(1)

    def close(self) -> None:
        self.ledger.close()
        self._engine.dispose()

    def insert(self, table: sa.Table, many: Sequence[dict[str, Any]]) -> None:
        with self._engine.begin() as conn:
            conn.execute(table.insert(), many)

    def _add(self, table: sa.Table, values: dict[str, Any]) -> int:
        with self._engine.begin() as conn:
            return int(conn.execute(table.insert().values(values).returning(table.c.id)).scalar_one())

    def campaign(self, name: str | None = None, spec: Spec | None = None, **values: Any) -> int:
        fresh = {
            "name": name or f"campaign {next(self._serial)}", "client": "default", "state": CampaignState.RUNNING,
            "detail": "", "version": 1, "world": "test", "account": "default", "agent": "agent-1", "mode": "now",
            "spec": dump_spec(spec or CONSENTED), "per_day": 0, "subject": "default", "created_at": NOW,
        }  # fmt: skip
        return self._add(campaigns, fresh | values)

    def list(self, campaign_id: int, headers: Sequence[str] = ("Name", "Phone"), file: str = "leads.csv") -> int:
        columns = tuple(Column(name, "phone" if name == "Phone" else None, "header") for name in headers)
        info = ListInfo(file, f"{next(self._serial):064}", None, 1, "utf-8", ",", columns)
        values = {
            "campaign_id": campaign_id, "file": file, "sha256": info.sha256, "sheet": "", "info": asdict(info),
            "rows": 0, "complete": True, "loaded_at": NOW,
        }  # fmt: skip
        return self._add(lists, values)

    def row(
        self,
        list_id: int,
        row: int,
        cells: Sequence[str],
        verdict: Verdict,
        reason: Reason | None = None,
        **values: Any,
    ) -> None:
        fresh = {
            "list_id": list_id, "row": row, "verdict": verdict, "reason": reason, "detail": "", "suggestion": "",
            "number": None, "cells": list(cells),
        }  # fmt: skip
        self.insert(rows, [fresh | values])

    def contact(self, campaign_id: int, list_id: int, row: int, cells: Sequence[str], **values: Any) -> int:
        """An accepted row and its contact."""
        self.row(list_id, row, cells, Verdict.ACCEPTED)
        return self._add(contacts, contact_values(campaign_id, list_id, row) | values)

    def attempt(self, campaign_id: int, contact_id: int, state: AttemptState, **values: Any) -> int:
        fresh = attempt_values(campaign_id, contact_id, f"ref-{next(self._serial)}")
        return self._add(attempts, fresh | {"state": state} | values)

    def summary(self, campaign_id: int, now: datetime = NOW) -> Summary:
        return self.ledger.read_now(summarise, campaign_id, now)

    def report(self, campaign_id: int, out: Path, *, rehearsal: bool = False, overwrite: bool = False) -> Path:
        return self.ledger.read_now(
            lambda conn: write_report(conn, campaign_id, out, NOW, rehearsal=rehearsal, overwrite=overwrite)
        )


def number_of(row: int) -> str:
    return f"+1212555{row:04}"


def contact_values(campaign_id: int, list_id: int, row: int) -> dict[str, Any]:
    number = number_of(row)
    phone = {"e164": number, "region": "US", "types": ["landline", "mobile"], "zones": [NEW_YORK]}
    return {
        "campaign_id": campaign_id, "list_id": list_id, "row": row, "identity": f"{list_id}-{number}",
        "state": ContactState.READY, "reason": Reason.NEW, "next_at": NOW, "priority": 0, "numbers": [phone],
        "position": 0, "zones": NEW_YORK, "zone_source": "area code",
    }  # fmt: skip


def attempt_values(campaign_id: int, contact_id: int, ref: str) -> dict[str, Any]:
    return {
        "ref": ref, "campaign_id": campaign_id, "contact_id": contact_id, "account": "default", "agent": "agent-1",
        "number": f"+1646{contact_id:07}", "version": 1, "callable_until": NOW, "reserved_at": NOW, "rung_at": NOW,
        "platform_text": "", "unclear": False, "raw_status": "", "raw_answered_by": "",
    }  # fmt: skip
