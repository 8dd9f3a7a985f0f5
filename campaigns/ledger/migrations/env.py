"""How Alembic reaches the ledger: the connection is handed in by ``campaigns.ledger.migrate``."""

from __future__ import annotations

from alembic import context

from campaigns.ledger.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
