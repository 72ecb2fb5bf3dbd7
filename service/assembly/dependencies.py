"""What can fail, each behind its guard, and the routes and gates that rest on it."""

from functools import partial
from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.routing import Route

from service.assembly.holding import Holding
from service.assembly.levers import Admission
from service.assembly.names import COUNT_BOARD, DOCUMENT_DATABASE, EMBEDDINGS, EVENT_QUEUE
from service.assembly.stores import Stores
from service.dependencies.agent_queue import AgentQueue
from service.dependencies.delivery import Pump, PumpConfig
from service.dependencies.document_database import DocumentDatabase
from service.dependencies.embeddings import Embedder, EmbedderWithFallback, ProviderEmbedder, Reason
from service.dependencies.event_queue import EventQueue
from service.dependencies.guards import Guards
from service.dependencies.health_rounds import Check, HealthRounds
from service.dependencies.openai_embeddings import OpenAIEmbeddings
from service.dependencies.startup import Part
from service.reliability.health_gate import HealthGates
from service.reliability.slo import Variant
from service.settings.configurations import (
    database_limits,
    embeddings_limits,
    gates_config,
    queue_limits,
)
from service.settings.settings import Settings
from service.web.gate_journal import GateJournal
from service.web.listener import Listener
from service.workload import indexer
from service.workload.documents import DocumentRoutes
from service.workload.embeddings import EmbeddingHandler, embeddings_routes
from service.workload.events import Topic, events_routes
from service.workload.indexer import indexer_routes

if TYPE_CHECKING:
    from collections.abc import Mapping


class Dependencies:
    """What can fail, each behind its guard, and the pump between two of them."""

    def __init__(
        self,
        *,
        settings: Settings,
        guards: Guards,
        provider: OpenAIEmbeddings,
        stores: Stores,
        pump: PumpConfig,
        listener: Listener,
        holding: Holding,
    ) -> None:
        dimensions = settings.embedding_dimensions
        self._guards = guards
        self.provider = provider
        models = {Variant.STABLE: settings.embedding_model, Variant.CANARY: settings.embedding_canary_model}
        self.by_provider = {
            variant: ProviderEmbedder(
                provider,
                guards.call(EMBEDDINGS, embeddings_limits(settings), breaker=f"{EMBEDDINGS}:{variant}"),
                model=model,
            )
            for variant, model in models.items()
            if model
        }
        self.fallbacks = dict.fromkeys(Reason, 0)
        self.with_fallback = {
            variant: EmbedderWithFallback(embedder, dimensions=dimensions, fallbacks=self.fallbacks)
            for variant, embedder in self.by_provider.items()
        }
        self._stores = stores
        self.database = DocumentDatabase(
            stores.documents,
            guards.call(DOCUMENT_DATABASE, database_limits(settings), breaker=DOCUMENT_DATABASE),
            dimensions=dimensions,
        )
        call = guards.call(EVENT_QUEUE, queue_limits(settings), breaker=EVENT_QUEUE)
        self.queue = EventQueue(
            stores.events, call, topics={Topic.DOCUMENT_CREATED: (indexer.AGENT,)}, quarantined=holding.quarantined
        )
        self.pump = None  # the platform pushes
        if stores.claimable is not None:
            self.pump = Pump(
                AgentQueue(stores.claimable, call),
                pump,
                address=listener.address,
                held=partial(holding.held, pump.agent),
            )

    def parts(self, settings: Settings, *, allowed: Check) -> dict[str, Part]:
        """What each node of the startup graph starts and stops, in an order in which they can."""

        async def ask_provider() -> None:
            if settings.use_reliability_system:  # else nobody would do anything about the answer
                await allowed()
                await self.provider.check(timeout=settings.embeddings_attempt_timeout)

        parts = {
            DOCUMENT_DATABASE: Part(start=self._stores.documents.open, stop=self._stores.documents.close),
            EVENT_QUEUE: Part(start=self._stores.events.open, stop=self._stores.events.close),
            EMBEDDINGS: Part(start=ask_provider, stop=self.provider.close),
        }
        if self.pump is not None:
            parts[indexer.AGENT] = Part(start=self.pump.start, stop=self.pump.stop)
        return parts

    def health_rounds(
        self, settings: Settings, journal: GateJournal, *, count_board: Check, allowed: Check
    ) -> HealthRounds:
        """The gates of what can fail. Not critical: embeddings have a fallback, and counts can wait.

        The provider is asked if it is `allowed`.
        """
        config, guards = gates_config(settings), self._guards

        async def ask_provider() -> None:
            await allowed()
            await self.provider.check(timeout=config.check_timeout)

        critical = {DOCUMENT_DATABASE: True, EVENT_QUEUE: True, EMBEDDINGS: False, COUNT_BOARD: False}
        gates = HealthGates(config, critical if settings.use_reliability_system else {}, on_event=journal)
        checks = {
            DOCUMENT_DATABASE: guards.check(DOCUMENT_DATABASE, self.database.check),
            EVENT_QUEUE: guards.check(EVENT_QUEUE, self.queue.check),
            EMBEDDINGS: guards.check(EMBEDDINGS, ask_provider),
            COUNT_BOARD: count_board,
        }
        return HealthRounds(gates, checks, config)

    def workload(
        self,
        settings: Settings,
        admission: Admission,
        *,
        internal: Middleware,
    ) -> list[Route]:
        """The routes of the protected service; without the reliability system there is no fallback."""
        every, writes = admission.every, admission.writes
        embedders: Mapping[Variant, Embedder]
        embedders = self.with_fallback if settings.use_reliability_system else self.by_provider
        models = {Variant.STABLE: settings.embedding_model, Variant.CANARY: settings.embedding_canary_model}
        handlers = {
            variant: EmbeddingHandler(model=models[variant], embedder=embedder)
            for variant, embedder in embedders.items()
        }
        return [
            *embeddings_routes(handlers, [*every, *admission.embeddings], admission.steer),
            *DocumentRoutes(self.database, embedders[Variant.STABLE], admission.steer).routes(every, writes),
            *events_routes(self.queue, [*every, *writes], published=self.pump.wake if self.pump else _nobody_waits),
            *indexer_routes(
                self.database,
                self.by_provider[Variant.STABLE],
                [internal, *every, *admission.deliveries],
                accepted=partial(self._stores.accepted, indexer.AGENT),
            ),
        ]


def _nobody_waits() -> None:
    """The platform notices by itself that something was published."""
