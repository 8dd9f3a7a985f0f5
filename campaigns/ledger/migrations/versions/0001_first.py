"""The first tables: campaigns, lists, rows, contacts, attempts, suppressions, accounts, events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from campaigns.ledger.triggers import create_triggers

revision = "0001"
down_revision = None

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _partial(name: str, table: str, columns: list[str], where: sa.TextClause, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("not_before", sa.BigInteger()),
        sa.Column("unknown_streak", sa.Integer(), nullable=False),
        sa.Column("rejection", sa.Text(), nullable=False),
        sa.Column("rejection_streak", sa.Integer(), nullable=False),
        sa.Column("half_open_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "budgets",
        sa.Column("scope", sa.String(8), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("calls", sa.Integer()),
        sa.Column("minutes", sa.Float()),
        sa.Column("money", sa.Float()),
        sa.PrimaryKeyConstraint("scope", "name"),
    )
    op.create_table(
        "campaigns",
        sa.Column("id", Id, primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("client", sa.String(80), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32)),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("account", sa.String(80), nullable=False),
        sa.Column("agent", sa.String(80), nullable=False),
        sa.Column("mode", sa.String(8), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("agent_fields", sa.JSON()),
        sa.Column("agent_blocks", sa.JSON()),
        sa.Column("lookup_budget", sa.Float()),
        sa.Column("per_day", sa.Integer(), nullable=False),
        sa.Column("ramp_left", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "closures",
        sa.Column("id", Id, primary_key=True),
        sa.Column("jurisdiction", sa.String(8), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger()),
    )
    op.create_table(
        "contacts",
        sa.Column("id", Id, primary_key=True),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("list_id", Id, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(20), nullable=False),
        sa.Column("copy", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("next_at", sa.BigInteger()),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("zones", sa.Text(), nullable=False),
        sa.Column("zone_source", sa.Text(), nullable=False),
        sa.Column("region_state", sa.String(8)),
        sa.Column("merged", sa.JSON(none_as_null=True)),
        sa.Column("consent", sa.Text()),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("not_before", sa.BigInteger()),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("callback_at", sa.BigInteger()),
        sa.Column("agent", sa.String(80)),
        sa.Column("agents", sa.Text()),
        sa.UniqueConstraint("identity", "campaign_id", "copy", name="uq_contacts_identity"),
    )
    _partial(
        "ix_contacts_due", "contacts", ["campaign_id", "priority", "next_at", "id"], where=sa.text("state IN ('ready')")
    )
    _partial(
        "ix_contacts_external", "contacts", ["campaign_id", "external_id"], where=sa.text("external_id IS NOT NULL")
    )
    _partial(
        "ix_contacts_not_ready",
        "contacts",
        ["campaign_id", "state", "reason"],
        where=sa.text("(state NOT IN ('ready'))"),
    )
    op.create_index("ix_contacts_row", "contacts", ["list_id", "row"])
    _partial(
        "ix_contacts_undecided",
        "contacts",
        ["campaign_id", "id"],
        where=sa.text("state IN ('ready') AND reason IN ('undecided_type')"),
    )
    op.create_table(
        "decisions",
        sa.Column("attempt_id", Id, autoincrement=False, nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id"),
    )
    op.create_table(
        "incidents",
        sa.Column("id", Id, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("account", sa.String(80), nullable=False),
        sa.Column("agent", sa.String(80), nullable=False),
        sa.Column("record", sa.String(64), nullable=False),
        sa.Column("campaign_id", Id),
        sa.Column("attempt_id", Id),
        sa.Column("call_id", sa.Text()),
        sa.Column("number", sa.String(20)),
        sa.Column("at", sa.BigInteger()),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("other_ledger", sa.Boolean(), nullable=False),
        sa.Column("noticed_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("account", "agent", "record", "kind", name="uq_incidents_once"),
    )
    op.create_index("ix_incidents_agent", "incidents", ["account", "agent", "at"])
    op.create_index("ix_incidents_campaign", "incidents", ["campaign_id"])
    op.create_table(
        "ledger",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("hash_key", sa.String(64), nullable=False),
        sa.Column("as_of", sa.BigInteger()),
    )
    op.create_table(
        "numbers",
        sa.Column("account", sa.String(80), nullable=False),
        sa.Column("agent", sa.String(80), nullable=False),
        sa.Column("rests_until", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", "agent"),
    )
    op.create_table(
        "reassigned",
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("good_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(8), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "registries",
        sa.Column("id", Id, primary_key=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("jurisdiction", sa.String(8), nullable=False),
        sa.Column("prefix", sa.String(5), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_sha256", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("numbers", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("override", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger()),
    )
    op.create_table(
        "reviews",
        sa.Column("id", Id, primary_key=True),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("contact_id", Id, nullable=False),
        sa.Column("attempt_id", Id),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger()),
    )
    op.create_index("ix_reviews_campaign", "reviews", ["campaign_id", "id"])
    op.create_index("ix_reviews_contact", "reviews", ["contact_id"])
    op.create_table(
        "rows",
        sa.Column("list_id", Id, autoincrement=False, nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32)),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("suggestion", sa.Text(), nullable=False),
        sa.Column("number", sa.String(20)),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("list_id", "row"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "suppressions",
        sa.Column("entry", sa.String(80), nullable=False),
        sa.Column("scope", sa.String(90), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("entry", "scope"),
    )
    _partial("ix_suppressions_kind", "suppressions", ["kind"], where=sa.text("kind != 'number'"))
    op.create_table(
        "tallies",
        sa.Column("campaign_id", Id, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "kind", "state", "reason", "slot"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tellings",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("event_id", Id, nullable=False),
        sa.PrimaryKeyConstraint("channel"),
    )
    op.create_table(
        "attempts",
        sa.Column("id", Id, primary_key=True),
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("contact_id", Id, nullable=False),
        sa.Column("account", sa.String(80), nullable=False),
        sa.Column("agent", sa.String(80), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("result", sa.String(32)),
        sa.Column("callable_until", sa.BigInteger(), nullable=False),
        sa.Column("reserved_at", sa.BigInteger(), nullable=False),
        sa.Column("rung_at", sa.BigInteger(), nullable=False),
        sa.Column("intent_at", sa.BigInteger()),
        sa.Column("outcome_at", sa.BigInteger()),
        sa.Column("http_status", sa.Integer()),
        sa.Column("platform_text", sa.Text(), nullable=False),
        sa.Column("unclear", sa.Boolean(), nullable=False),
        sa.Column("call_id", sa.Text()),
        sa.Column("seen_at", sa.BigInteger()),
        sa.Column("answered_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("duration_s", sa.Float()),
        sa.Column("raw_status", sa.Text(), nullable=False),
        sa.Column("raw_answered_by", sa.Text(), nullable=False),
        sa.Column("disposition", sa.Text()),
        sa.Column("heard", sa.JSON(none_as_null=True)),
        sa.Column("raw", sa.JSON()),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"]),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"]),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("ix_attempts_contact", "attempts", ["contact_id", "id"])
    _partial("ix_attempts_heard", "attempts", ["campaign_id"], where=sa.text("heard IS NOT NULL"))
    _partial("ix_attempts_held", "attempts", ["campaign_id", "id"], where=sa.text("state IN ('unresolved', 'lost')"))
    op.create_index("ix_attempts_intent", "attempts", ["campaign_id", "intent_at"])
    op.create_index("ix_attempts_number", "attempts", ["number", "intent_at"])
    _partial(
        "ix_attempts_open",
        "attempts",
        ["account", "campaign_id"],
        where=sa.text("state IN ('reserved', 'submitted', 'accepted', 'unknown')"),
    )
    _partial("ix_attempts_said", "attempts", ["campaign_id", "id"], where=sa.text("platform_text != ''"))
    _partial("uq_attempts_call", "attempts", ["account", "call_id"], unique=True, where=sa.text("call_id IS NOT NULL"))
    _partial(
        "uq_attempts_open_contact",
        "attempts",
        ["contact_id"],
        unique=True,
        where=sa.text("state IN ('reserved', 'submitted', 'accepted', 'unknown')"),
    )
    _partial(
        "uq_attempts_open_number",
        "attempts",
        ["number"],
        unique=True,
        where=sa.text("state IN ('reserved', 'submitted', 'accepted', 'unknown')"),
    )
    op.create_table(
        "events",
        sa.Column("id", Id, primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", Id),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"]),
    )
    op.create_index("ix_events_campaign", "events", ["campaign_id", "id"])
    op.create_table(
        "lists",
        sa.Column("id", Id, primary_key=True),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("info", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("loaded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"]),
        sa.UniqueConstraint("campaign_id", "sha256", "sheet", name="uq_lists_once"),
    )
    op.create_table(
        "lookups",
        sa.Column("id", Id, primary_key=True),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("price", sa.Float(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger()),
        sa.Column("phone_type", sa.String(16)),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"]),
    )
    op.create_index("ix_lookups_campaign", "lookups", ["campaign_id"])
    op.create_index("ix_lookups_number", "lookups", ["number", "asked_at"])
    op.create_table(
        "optouts",
        sa.Column("id", Id, primary_key=True),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("attempt_id", Id, nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(16)),
        sa.Column("who", sa.Text()),
        sa.Column("settled_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"]),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"]),
    )
    op.create_index("ix_optouts_number", "optouts", ["number"])
    create_triggers(op.get_bind())
