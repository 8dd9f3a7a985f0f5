"""The ledger's tables, the same on SQLite and PostgreSQL.

Instants are kept as microseconds since 1970 UTC, so that both databases compare and index them alike. What must never
be false is said by indexes here, not by code (DESIGN §5): one open attempt per number and per contact, one contact per
number and campaign, one attempt per platform call. Rows and contacts have no foreign keys: PostgreSQL spends half of a
load on asking for the same campaign and list a million times, and nothing is ever deleted from those.
"""

from __future__ import annotations

import sqlalchemy as sa

from campaigns.ledger.columns import Id, Instant, Said, partial, spelled
from campaigns.vocabulary import OPEN_STATES, AttemptState, ContactState, Reason

metadata = sa.MetaData()

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("hash_key", sa.String(64), nullable=False),
    sa.Column("as_of", Instant),
)
"""``as_of``: a copy, as the ledger stood then; before anything is dialed history is asked what happened since."""

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("not_before", Instant),
    sa.Column("unknown_streak", sa.Integer, nullable=False),
    sa.Column("rejection", Said, nullable=False),
    sa.Column("rejection_streak", sa.Integer, nullable=False),
    sa.Column("half_open_at", Instant),  # until then the breaker is open, see breaker.py; none: it is closed
)

campaigns = sa.Table(
    "campaigns",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.String(80), nullable=False, unique=True),
    sa.Column("client", sa.String(80), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(32)),
    sa.Column("detail", Said, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("world", sa.Text, nullable=False),
    sa.Column("account", sa.String(80), nullable=False),
    sa.Column("agent", sa.String(80), nullable=False),
    sa.Column("mode", sa.String(8), nullable=False),
    sa.Column("spec", sa.Text, nullable=False),
    sa.Column("agent_fields", sa.JSON),
    sa.Column("agent_blocks", sa.JSON),
    sa.Column("lookup_budget", sa.Float),
    sa.Column("per_day", sa.Integer, nullable=False),
    sa.Column("ramp_left", sa.Integer, nullable=False, default=0),
    sa.Column("subject", Said, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
)

"""``agent_blocks`` are the phone types that the agents' own settings block, ``agent_fields`` the agent's, or several by
id; ``lookup_budget`` is what look-ups of phone types may cost in all, as agreed to at a launch (none: nothing is looked
up). ``ramp_left``: no more calls than this until they were looked at; 0: they were, or nobody asked for that."""

lists = sa.Table(
    "lists",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("campaign_id", sa.ForeignKey("campaigns.id"), nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("sheet", sa.Text, nullable=False),
    sa.Column("info", sa.JSON, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("complete", sa.Boolean, nullable=False),
    sa.Column("loaded_at", Instant, nullable=False),
    sa.UniqueConstraint("campaign_id", "sha256", "sheet", name="uq_lists_once"),
)

rows = sa.Table(
    "rows",
    metadata,
    sa.Column("list_id", Id, primary_key=True, autoincrement=False),
    sa.Column("row", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(32)),
    sa.Column("detail", Said, nullable=False),
    sa.Column("suggestion", Said, nullable=False),
    sa.Column("number", sa.String(20)),
    sa.Column("cells", sa.JSON, nullable=False),
    sqlite_with_rowid=False,
)

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("campaign_id", Id, nullable=False),
    sa.Column("list_id", Id, nullable=False),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("identity", sa.String(20), nullable=False),
    sa.Column("copy", sa.BigInteger, nullable=False, default=0),
    sa.Column("external_id", Said),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(32), nullable=False),
    sa.Column("next_at", Instant),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("numbers", sa.JSON, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("zones", sa.Text, nullable=False),
    sa.Column("zone_source", sa.Text, nullable=False),
    sa.Column("region_state", sa.String(8)),
    sa.Column("merged", sa.JSON(none_as_null=True)),
    sa.Column("consent", Said),
    sa.Column("withdrawn", sa.Boolean, nullable=False, default=False),
    sa.Column("not_before", Instant),
    sa.Column("expires_at", Instant),
    sa.Column("callback_at", Instant),
    sa.Column("agent", sa.String(80)),
    sa.Column("agents", sa.Text),
    sa.UniqueConstraint("identity", "campaign_id", "copy", name="uq_contacts_identity"),
    sa.Index("ix_contacts_row", "list_id", "row"),
)
"""``identity`` is the first number; it stands once in a campaign, unless the policy "all" gives each row a ``copy``.
``merged`` are fields that other rows of the person filled in; ``consent`` is what the list says of it, the word "given"
or "refused" first; ``withdrawn``: not to be called again. ``priority`` is a level of ``rules.order``; ``callback_at``
when the person asked to be called, ``agent`` who calls next, where it is not the campaign's. ``agents`` are those who
may call, with commas between; once one of several has called, that one (none: any of the campaign's)."""
HAS_EXTERNAL_ID = contacts.c.external_id.is_not(None)
partial("ix_contacts_external", HAS_EXTERNAL_ID, contacts.c.campaign_id, contacts.c.external_id)
READY = contacts.c.state.in_(spelled(ContactState.READY))
partial("ix_contacts_due", READY, contacts.c.campaign_id, contacts.c.priority, contacts.c.next_at, contacts.c.id)

UNDECIDED = READY & contacts.c.reason.in_(spelled(Reason.UNDECIDED_TYPE))
partial("ix_contacts_undecided", UNDECIDED, contacts.c.campaign_id, contacts.c.id)
NOT_READY = contacts.c.state.not_in(spelled(ContactState.READY))
partial("ix_contacts_not_ready", NOT_READY, contacts.c.campaign_id, contacts.c.state, contacts.c.reason)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("ref", sa.String(32), nullable=False, unique=True),
    sa.Column("campaign_id", sa.ForeignKey("campaigns.id"), nullable=False),
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("account", sa.String(80), nullable=False),
    sa.Column("agent", sa.String(80), nullable=False),
    sa.Column("number", sa.String(20), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("result", sa.String(32)),
    sa.Column("callable_until", Instant, nullable=False),
    sa.Column("reserved_at", Instant, nullable=False),
    sa.Column("rung_at", Instant, nullable=False),
    sa.Column("intent_at", Instant),
    sa.Column("outcome_at", Instant),
    sa.Column("http_status", sa.Integer),
    sa.Column("platform_text", Said, nullable=False),
    sa.Column("unclear", sa.Boolean, nullable=False),
    sa.Column("call_id", Said),
    sa.Column("seen_at", Instant),
    sa.Column("answered_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Column("duration_s", sa.Float),
    sa.Column("raw_status", Said, nullable=False),
    sa.Column("raw_answered_by", Said, nullable=False),
    sa.Column("disposition", Said),
    sa.Column("heard", sa.JSON(none_as_null=True)),
    sa.Column("raw", sa.JSON),
    sa.Index("ix_attempts_number", "number", "intent_at"),
    sa.Index("ix_attempts_contact", "contact_id", "id"),
    sa.Index("ix_attempts_intent", "campaign_id", "intent_at"),
)
"""``heard`` is what webhooks told, as ``hearing.py`` keeps it."""
OPEN = attempts.c.state.in_(spelled(*OPEN_STATES))


def open_of(campaign_id: int | sa.Column[int]) -> sa.ColumnElement[bool]:
    """The campaign's open attempts. With + 0, or SQLite walks through all calls of the campaign instead of the open."""
    return OPEN & (attempts.c.campaign_id + 0 == campaign_id)


HELD = attempts.c.state.in_(spelled(AttemptState.UNRESOLVED, AttemptState.LOST))
SAID = attempts.c.platform_text != spelled("")[0]
HAS_CALL = attempts.c.call_id.is_not(None)
HAS_HEARD = attempts.c.heard.is_not(None)
partial("uq_attempts_open_number", OPEN, attempts.c.number, unique=True)
partial("uq_attempts_open_contact", OPEN, attempts.c.contact_id, unique=True)
partial("ix_attempts_open", OPEN, attempts.c.account, attempts.c.campaign_id)
partial("ix_attempts_held", HELD, attempts.c.campaign_id, attempts.c.id)
partial("ix_attempts_said", SAID, attempts.c.campaign_id, attempts.c.id)
partial("ix_attempts_heard", HAS_HEARD, attempts.c.campaign_id)
partial("uq_attempts_call", HAS_CALL, attempts.c.account, attempts.c.call_id, unique=True)

budgets = sa.Table(
    "budgets",
    metadata,
    sa.Column("scope", sa.String(8), primary_key=True),
    sa.Column("name", sa.String(80), primary_key=True),
    *(sa.Column(name, kind) for name, kind in (("calls", sa.Integer), ("minutes", sa.Float), ("money", sa.Float))),
)
"""What the campaigns of an "account" or a "client" may use in 24 hours together; none: no limit."""

numbers = sa.Table(
    "numbers",
    metadata,
    sa.Column("account", sa.String(80), primary_key=True),
    sa.Column("agent", sa.String(80), primary_key=True),
    sa.Column("rests_until", Instant, nullable=False),
    sa.Column("why", Said, nullable=False),
)
"""Caller numbers, by agent, that rest, or rested last; calls from then on are looked at afresh."""

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("attempt_id", Id, primary_key=True, autoincrement=False),
    sa.Column("facts", sa.Text, nullable=False),
)
"""Why each attempt that was sent was allowed: what ``decisions.py`` writes, in the intent's transaction."""

suppressions = sa.Table(
    "suppressions",
    metadata,
    sa.Column("entry", sa.String(80), primary_key=True),
    sa.Column("scope", sa.String(90), primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("reason", sa.String(32), nullable=False),
    sa.Column("note", Said, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
)
"""``entry`` is a number, a prefix, a pattern or a hash, as ``campaigns.suppression.entries`` writes them."""
NOT_A_NUMBER = suppressions.c.kind != spelled("number")[0]
partial("ix_suppressions_kind", NOT_A_NUMBER, suppressions.c.kind)

registries = sa.Table(
    "registries",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("jurisdiction", sa.String(8), nullable=False),
    sa.Column("prefix", sa.String(5), nullable=False),
    sa.Column("reason", sa.String(32), nullable=False),
    sa.Column("source", Said, nullable=False),
    sa.Column("source_sha256", sa.String(64), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("numbers", sa.BigInteger, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("override", Said, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("loaded_at", Instant, nullable=False),
    sa.Column("retired_at", Instant),
)
"""Each imported copy of a registry; ``sha256`` is of the compact file that every worker must have."""

reassigned = sa.Table(
    "reassigned",
    metadata,
    sa.Column("number", sa.String(20), primary_key=True),
    sa.Column("good_on", sa.Date, nullable=False),
    sa.Column("answer", sa.String(8), nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("answered_at", Instant, nullable=False),
)
"""What the database of reassigned numbers answered: was the number disconnected since ``good_on``?"""

optouts = sa.Table(
    "optouts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("number", sa.String(20), nullable=False),
    sa.Column("campaign_id", sa.ForeignKey("campaigns.id"), nullable=False),
    sa.Column("attempt_id", sa.ForeignKey("attempts.id"), nullable=False),
    sa.Column("phrase", Said, nullable=False),
    sa.Column("found_at", Instant, nullable=False),
    sa.Column("verdict", sa.String(16)),
    sa.Column("who", sa.Text),
    sa.Column("settled_at", Instant),
    sa.Index("ix_optouts_number", "number"),
)
"""Words that may be an opt-out; a person decides: ``verdict`` suppressed or dismissed."""

reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("campaign_id", Id, nullable=False),
    sa.Column("contact_id", Id, nullable=False),
    sa.Column("attempt_id", Id),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("said", Said, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("settled_at", Instant),
    sa.Index("ix_reviews_contact", "contact_id"),
    sa.Index("ix_reviews_campaign", "campaign_id", "id"),
)
"""What was said of a person that only a person can judge; without ``settled_at`` it waits for that."""

closures = sa.Table(
    "closures",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("jurisdiction", sa.String(8), nullable=False),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("reason", Said, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("closed_at", Instant, nullable=False),
    sa.Column("opened_at", Instant),
)
"""Where nobody is called on these local dates, in any campaign; ``opened_at``: it was taken back."""

lookups = sa.Table(
    "lookups",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("number", sa.String(20), nullable=False),
    sa.Column("campaign_id", sa.ForeignKey("campaigns.id"), nullable=False),
    sa.Column("price", sa.Float, nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("answered_at", Instant),
    sa.Column("phone_type", sa.String(16)),
    sa.Column("carrier", Said, nullable=False),
    sa.Column("error", Said, nullable=False),
    sa.Index("ix_lookups_number", "number", "asked_at"),
    sa.Index("ix_lookups_campaign", "campaign_id"),
)
"""Every request to a look-up service that was, or may have been, charged, written before it is sent. Answered without a
``phone_type``: the service cannot tell."""

events = sa.Table(
    "events",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("campaign_id", sa.ForeignKey("campaigns.id")),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.String(32), nullable=False),
    sa.Column("detail", Said, nullable=False),
    sa.Column("why", Said, nullable=False, default=""),
    sa.Index("ix_events_campaign", "campaign_id", "id"),
)
"""What was done to a campaign, or to all: ``detail`` says what it came to, ``why`` is a person's reason, or the
engine's."""

tellings = sa.Table(
    "tellings",
    metadata,
    sa.Column("channel", sa.String(16), primary_key=True),
    sa.Column("event_id", Id, nullable=False),
)
"""The last event that each channel of notification has delivered."""

incidents = sa.Table(
    "incidents",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("account", sa.String(80), nullable=False),
    sa.Column("agent", sa.String(80), nullable=False),
    sa.Column("record", sa.String(64), nullable=False),
    sa.Column("campaign_id", Id),
    sa.Column("attempt_id", Id),
    sa.Column("call_id", Said),
    sa.Column("number", sa.String(20)),
    sa.Column("at", Instant),
    sa.Column("said", Said, nullable=False),
    sa.Column("other_ledger", sa.Boolean, nullable=False),
    sa.Column("noticed_at", Instant, nullable=False),
    sa.UniqueConstraint("account", "agent", "record", "kind", name="uq_incidents_once"),
    sa.Index("ix_incidents_agent", "account", "agent", "at"),
    sa.Index("ix_incidents_campaign", "campaign_id"),
)
"""Call records that ought not to be (``vocabulary.Incident``): ``record`` is the platform's call as a hash, ``said`` is
its words; ``other_ledger``: it carries the reference of one."""

tallies = sa.Table(
    "tallies",
    metadata,
    sa.Column("campaign_id", Id, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("state", sa.Text, primary_key=True),
    sa.Column("reason", sa.String(32), primary_key=True),
    sa.Column("slot", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("n", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many rows, leads and calls stand where; ``tallies.py`` says what the columns mean, triggers change ``n``."""
