"""Who may look and who may change things."""

import dataclasses
from collections.abc import Iterator
from typing import Annotated

from service.settings.variable import secret, tokens

SHORTEST_TOKEN = 16  # characters, where others reach the service: shorter ones can be guessed


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)
class AccessSettings:
    """The secrets by which operators, viewers, the edge and the pump are known."""

    operator_tokens: Annotated[
        tuple[str, ...],
        tokens(
            "OPERATOR_TOKEN",
            "Bearer token of the operator API, or two of them while one is replaced; empty: the operator API is off.",
        ),
    ]
    viewer_tokens: Annotated[
        tuple[str, ...],
        tokens(
            "VIEWER_TOKEN",
            "Bearer token of `/api/observability/` and `/metrics`, or two of them while one is replaced; the "
            "operator's is good there too. Both empty: they are off. While `HOST` is loopback, empty means that no "
            "token is needed.",
        ),
    ]
    internal_token: Annotated[
        str, secret("INTERNAL_TOKEN", "", "Bearer token of `/internal/`; empty: a random one for each process.")
    ]
    origin_secret_a: Annotated[
        str,
        secret(
            "ORIGIN_SECRET_A",
            "",
            "What the edge sends as `X-Origin-Secret`: requests without it are refused, but to `/health/live` and "
            "`/internal/`. Empty, as the next: whoever reaches the service is answered.",
        ),
    ]
    origin_secret_b: Annotated[
        str, secret("ORIGIN_SECRET_B", "", "Is as good as the other: so that each can be changed while one is in use.")
    ]

    def unsafe(self, host: str, *, reached: bool) -> Iterator[str]:
        """A sentence for each token that others could guess, if they reach the host, or that viewers operate with."""
        for name, given in (("OPERATOR_TOKEN", self.operator_tokens), ("VIEWER_TOKEN", self.viewer_tokens)):
            if reached and any(len(token) < SHORTEST_TOKEN for token in given):
                yield (
                    f"{name} holds a token of fewer than {SHORTEST_TOKEN} characters; expected at least so many, since "
                    f"HOST is {host} and others reach it"
                )
        if set(self.operator_tokens) & set(self.viewer_tokens):
            yield "VIEWER_TOKEN holds a token of OPERATOR_TOKEN; expected another, since viewers are no operators"
