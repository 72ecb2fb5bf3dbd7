"""The flags of the service, each declared once."""

from service.reliability.feature_flag import Flag

PROVIDER_EMBEDDINGS = Flag(
    name="provider_embeddings",
    default=True,
    description="Callers' texts are embedded by the provider.",
    owner="search",
    variable="FLAG_PROVIDER_EMBEDDINGS",
    brownout_capable=True,
    fallback="an embedding made here, by hashing",
)
