"""Documents and their embeddings, as versions before migrations made them; files from then are taken as they are.

Queue, control documents and counts are made by their own stores. The first change of one of their tables that is more
than a new table needs a baseline of it here.
"""

from service.migrations.errors import RefusedError
from service.migrations.migration import Phase
from service.migrations.target import SqliteTarget, Target

PHASE = Phase.BASELINE

COLUMNS = {"documents": {"sequence", "id", "title", "text"}, "document_embeddings": {"sequence", "local", "provider"}}


def up(on: Target) -> None:
    """Create what is missing. A table of DynamoDB is made by the stacks, and its items declare nothing."""
    if not isinstance(on, SqliteTarget):
        on.client.get_item(TableName=on.table, Key={"partition": {"S": "document#check"}, "place": {"S": "text"}})
        return
    for table, expected in COLUMNS.items():
        found = {row[0] for row in on.execute("SELECT name FROM pragma_table_info(?)", (table,))}
        if found and not expected <= found:
            missing = ", ".join(sorted(expected - found))
            raise RefusedError(f"the table {table} has no column {missing}; expected the documents of this service")
    on.execute(
        """
        CREATE TABLE IF NOT EXISTS documents (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            text TEXT NOT NULL
        ) STRICT
        """
    )
    # Embeddings have a table of their own: beside the texts, a search would read a thousand texts.
    on.execute(
        """
        CREATE TABLE IF NOT EXISTS document_embeddings (
            sequence INTEGER PRIMARY KEY REFERENCES documents,
            local BLOB NOT NULL,
            provider BLOB
        ) STRICT
        """
    )
