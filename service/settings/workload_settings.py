"""What the protected service works with."""

import dataclasses
from typing import Annotated

from service.settings.quantity import integer
from service.settings.variable import REQUIRED, file_path, secret, text, url


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)  # as Settings, of which it is a part
class WorkloadSettings:
    """Its provider of embeddings, and where its documents are."""

    openai_base_url: Annotated[
        str,
        url("OPENAI_BASE_URL", "https://api.openai.com/v1", "Address of the OpenAI-compatible embeddings provider."),
    ]
    openai_api_key: Annotated[str, secret("OPENAI_API_KEY", REQUIRED, "Key of the provider.")]
    embedding_model: Annotated[str, text("EMBEDDING_MODEL", "text-embedding-3-small", "Model asked for embeddings.")]
    embedding_dimensions: Annotated[
        int,
        integer("EMBEDDING_DIMENSIONS", "256", "Length of an embedding.", unit="dimensions", at_least=8, at_most=4096),
    ]
    database_path: Annotated[str, file_path("DATABASE_PATH", "ballast.sqlite3", "SQLite file of documents and events.")]
