"""All that one instance consists of."""

import os
import socket

from httpx2 import AsyncClient

from service.assembly.dependencies import Dependencies
from service.assembly.fleet import Fleet
from service.assembly.holding import Holding
from service.assembly.levers import Levers
from service.assembly.operators import Operators
from service.assembly.showing import Showing
from service.assembly.stores import stores
from service.assembly.watching import Watching
from service.dependencies.guards import Guards
from service.dependencies.openai_embeddings import OpenAIEmbeddings
from service.settings.configurations import guards_config, provider_config, pump_config
from service.settings.settings import Settings
from service.web.access import Access
from service.web.breaker_journal import BreakerJournal
from service.web.gate_journal import GateJournal
from service.web.identity import Identity
from service.web.journal import Journal
from service.web.listener import Listener


class Instance:
    """Made as the settings say, each part of those before it; nothing is opened yet."""

    def __init__(self, settings: Settings, *, provider_client: AsyncClient | None) -> None:
        self.identity = identity = _identity(settings)
        name, reliability = identity.instance, identity.reliability
        self.journal, self.listener = journal, listener = Journal(), Listener()
        self.access = Access(
            operators=settings.operator_tokens, viewers=settings.viewer_tokens, instance=name, journal=journal
        )
        self.guards = guards = Guards(guards_config(settings), instance=name, on_transition=BreakerJournal(journal))
        kept = stores(settings)
        self.fleet = fleet = Fleet(settings, identity, journal, kept.fleet)
        self.pump = pump_config(settings, instance=name)
        self.dependencies = dependencies = Dependencies(
            settings=settings,
            guards=guards,
            provider=OpenAIEmbeddings(provider_config(settings), instance=name, http_client=provider_client),
            stores=kept,
            pump=self.pump,
            listener=listener,
            holding=Holding(fleet.operations, fleet.copy, reliability=reliability),
        )
        self.levers = levers = Levers(settings, identity, fleet, fallbacks=dependencies.fallbacks)
        self.rounds = dependencies.health_rounds(
            settings,
            GateJournal(journal, name),
            count_board=fleet.check_count_board,
            allowed=levers.allow_calls_outside,
        )
        self.watching = Watching(
            settings=settings,
            identity=identity,
            journal=journal,
            listener=listener,
            guards=guards,
            dependencies=dependencies,
            stores=kept,
        )
        self.showing = Showing(
            identity=identity,
            journal=journal,
            guards=guards,
            dependencies=dependencies,
            rounds=self.rounds,
            watching=self.watching,
            fleet=fleet,
        )
        self.operators = Operators(guards, fleet, levers, self.showing.breakers, journal, reliability=reliability)


def _identity(settings: Settings) -> Identity:
    return Identity(
        environment=settings.environment,
        load_tests_allowed=settings.load_tests_allowed,
        instance=settings.instance_id or f"{socket.gethostname()}-{os.getpid()}",
        reliability=settings.use_reliability_system,
    )
