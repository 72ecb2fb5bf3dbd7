"""What is watched in this instance, and who is told when it changes."""

import time
from collections.abc import Mapping

from service.assembly.dependencies import Dependencies
from service.assembly.names import EMBEDDINGS, WATCHDOGS, WEBHOOK
from service.assembly.stores import Stores
from service.dependencies.guards import Guards
from service.dependencies.startup import Part
from service.notification.webhook import Webhook
from service.reliability.golden_signals import GoldenSignals
from service.settings.configurations import watchdogs_config, webhook_config
from service.settings.settings import Settings
from service.watchdogs.loop_delay import LoopDelay
from service.watchdogs.memory import Memory
from service.watchdogs.watch import Watchdogs, Watched
from service.web.identity import Identity
from service.web.journal import Journal
from service.web.listener import Listener
from service.web.watchdog_journal import WatchdogJournal


class Watching:
    """The watchdogs, what they look at beside what is counted anyway, and the webhook where there is one."""

    def __init__(
        self,
        *,
        settings: Settings,
        identity: Identity,
        journal: Journal,
        listener: Listener,
        guards: Guards,
        dependencies: Dependencies,
        stores: Stores,
    ) -> None:
        self.signals = GoldenSignals(now=time.monotonic(), open_connections=listener.open_connections)
        self.loop_delay = LoopDelay()
        counted = identity.reliability  # else no request is, and nobody knows when one is in flight
        watched = Watched(
            ai_latency=guards.latencies[EMBEDDINGS],
            loop_delay=self.loop_delay.delays if counted else None,
            in_flight=(lambda: self.signals.in_flight) if counted else None,
            threads=stores.threads,
            memory=Memory(),
            queue=dependencies.queue,
        )
        self.watchdogs = Watchdogs(watchdogs_config(settings), watched, on_change=WatchdogJournal(journal))
        self.webhook = Webhook(webhook_config(settings), identity) if settings.webhook_url else None
        if self.webhook is not None:
            journal.subscribe(self.webhook)

    @property
    def notices(self) -> Mapping[str, int]:
        """How many notices the webhook had, by what has become of them."""
        return self.webhook.outcomes if self.webhook is not None else {}

    def parts(self) -> dict[str, Part]:
        """What is started to look now and then, and to tell."""
        parts = {WATCHDOGS: Part(start=self.watchdogs.start, stop=self.watchdogs.stop)}
        if self.webhook is not None:
            parts[WEBHOOK] = Part(start=self.webhook.start, stop=self.webhook.stop)
        return parts
