"""Where the embeddings provider is; apart from its client, which takes a third of a second to import."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ProviderConfig:
    """Where the provider is and what is asked of it."""

    base_url: str
    api_key: str
    dimensions: int
