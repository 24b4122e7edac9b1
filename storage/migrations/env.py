"""Run by Alembic for each command: `storage.migrations.upgrade` hands it the open connection."""

from alembic import context

from storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
