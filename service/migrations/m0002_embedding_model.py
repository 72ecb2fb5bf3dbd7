"""An embedding of the provider says by which model it was made, since those of different models cannot be compared.

Without the name of its model an embedding is compared with every other, as it always was. A version that does not
know the column leaves it empty.
"""

from service.migrations.errors import RefusedError
from service.migrations.migration import Phase
from service.migrations.target import SqliteTarget, Target

PHASE = Phase.EXPAND


def up(on: Target) -> None:
    """Add the column. An item of DynamoDB gets the attribute when it is written."""
    if isinstance(on, SqliteTarget):
        on.execute("ALTER TABLE document_embeddings ADD COLUMN model TEXT")


def down(on: Target) -> None:
    """Drop the column, where that mixes nothing. In DynamoDB the attributes stay: earlier versions ignore them."""
    if not isinstance(on, SqliteTarget):
        return
    models = [row[0] for row in on.execute("SELECT DISTINCT model FROM document_embeddings WHERE model IS NOT NULL")]
    if len(models) > 1:
        raise RefusedError(
            f"there are embeddings by the models {', '.join(sorted(models))}; expected one, since without the column "
            "they would be compared with one another"
        )
    on.execute("ALTER TABLE document_embeddings DROP COLUMN model")
