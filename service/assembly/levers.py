"""What operators can set for every instance, and where it takes hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.middleware import Middleware

from service.assembly.fleet import Fleet
from service.dependencies.embeddings import Reason
from service.dependencies.errors import AttemptError
from service.fleet.feature_flags import FeatureFlags
from service.fleet.flag_provider import FlagClient
from service.reliability.operating_mode import Mode, agent_key, mode_key
from service.settings.configurations import flags
from service.settings.settings import Settings
from service.web.control_fresh import ControlFresh
from service.web.flag_routes import FlagRoutes
from service.web.identity import Identity
from service.web.lever_routes import LeverRoutes
from service.web.turned_away import AgentHeld, KeptInside, WritesDrained
from service.workload import indexer
from service.workload.provider_flag import ProviderFlag, Steer, unsteered


@dataclass(frozen=True, kw_only=True)
class Admission:
    """What a request passes before its handler; nothing without the reliability system."""

    every: Sequence[Middleware] = ()
    embeddings: Sequence[Middleware] = ()
    writes: Sequence[Middleware] = ()
    deliveries: Sequence[Middleware] = ()
    steer: Steer = unsteered


class Levers:
    """Modes, quarantines and flags."""

    def __init__(self, settings: Settings, identity: Identity, fleet: Fleet, *, fallbacks: dict[Reason, int]) -> None:
        self._fleet = fleet
        self._operations = fleet.operations
        declared = FeatureFlags(flags(settings), fleet.operations, fleet.copy)
        self._client = FlagClient(declared, domain=f"{identity.instance}/{identity.boot_id}")
        self.steer = ProviderFlag(self._client.client, dimensions=settings.embedding_dimensions, fallbacks=fallbacks)
        self.routes = LeverRoutes(fleet.operations, fleet.copy, agents=(indexer.AGENT,))
        self.flag_routes = FlagRoutes(fleet.operations, fleet.copy, declared)

    async def start(self) -> None:
        """Learn what is set, and resolve flags by it."""
        await self._fleet.start()
        self._client.start()

    async def stop(self) -> None:
        """Let go of both."""
        self._client.stop()
        await self._fleet.stop()

    def admission(self, ready: Middleware, embeddings: Sequence[Middleware]) -> Admission:
        """The whole way in: `ready` is passed once the control copy is fresh, `embeddings` last."""
        operations = self._operations
        return Admission(
            every=[Middleware(ControlFresh, copy=self._fleet.copy), ready],
            embeddings=embeddings,
            writes=[Middleware(WritesDrained, operations=operations, key=mode_key(Mode.WRITE_DRAIN))],
            deliveries=[
                Middleware(KeptInside, operations=operations, key=mode_key(Mode.SAFE_MODE)),
                Middleware(AgentHeld, operations=operations, key=agent_key(indexer.AGENT)),
            ],
            steer=self.steer,
        )

    async def allow_calls_outside(self) -> None:
        """Whether what is outside may be called now. Raises AttemptError."""
        await self._fleet.copy.fresh()
        if self._operations.in_force(mode_key(Mode.SAFE_MODE)) is not None:
            raise AttemptError("safe mode is on: nothing outside is called")
