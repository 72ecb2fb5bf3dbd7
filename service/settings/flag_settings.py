"""The environment variables of feature flags."""

import dataclasses
from typing import Annotated

from service.settings.variable import feature
from service.workload.flags import PROVIDER_EMBEDDINGS


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)  # as Settings, of which it is a part
class FlagSettings:
    """What the flags come to where operators do not set them; None: their default."""

    provider_embeddings: Annotated[bool | None, feature(PROVIDER_EMBEDDINGS)]
