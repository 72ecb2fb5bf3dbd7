"""Troubles of rollouts, of what operators have set, of queues, watchdogs and instances."""

from collections.abc import Iterator, Mapping, Sequence

from ops.diagnosis.trouble import Runbook, Trouble, Urgency, command_with_reason
from ops.readings.entry import Entry
from ops.readings.instances import Instances
from ops.readings.modes import Flag, Modes
from ops.readings.rollouts import Rollout
from ops.readings.watchdogs import Queue, Watchdog, Watched

NEWS = 3600.0
"""Seconds for which a rollback is news; it lasts until the next start, which may be weeks away."""

BACKLOG, DEAD = {"queue_depth", "queue_age"}, {"dead_letters", "dead_letter_rate"}
"""Watchdogs of queues, of which the queues themselves tell more."""

RUNBOOK_OF: Mapping[str, Runbook] = {
    "ai_latency_p99": Runbook.PROVIDER_DOWN,
    "thread_saturation": Runbook.DATABASE_SLOW,
    "dead_letters": Runbook.POISON_MESSAGES,
    "dead_letter_rate": Runbook.POISON_MESSAGES,
}
"""Those of the watchdogs, as the webhook tells them; of any other it is that of overload."""

OLD = 60.0
"""Seconds that a message may wait before it is a trouble, where no watchdog says so."""


def of_rollouts(rollouts: Sequence[Rollout], now: float) -> Iterator[Trouble]:
    """Those that were rolled back lately, do not go on, or may have gone on without our knowing."""
    for rollout in rollouts:
        recent = rollout.at is not None and now - rollout.at < NEWS
        if rollout.status == "rolled_back" and recent:
            yield Trouble(
                urgency=Urgency.BAD if rollout.last_decision else Urgency.NOTE,
                sentence=f"rollout {rollout.name} was rolled back by {rollout.by}: {rollout.reason}",
                command=("rollout", "list"),
                runbook=Runbook.BAD_CANARY,
            )
        elif rollout.status == "holding":
            yield Trouble(
                urgency=Urgency.WARNING,
                sentence=f"rollout {rollout.name} is holding: {rollout.reason}",
                command=("rollout", "list"),
                runbook=Runbook.PROVIDER_DOWN,
            )
        elif rollout.status == "paused":
            yield Trouble(
                urgency=Urgency.NOTE,
                sentence=f"rollout {rollout.name} is paused by {rollout.by}: {rollout.reason}",
                command=command_with_reason("rollout", "resume", rollout.name),
            )
        if rollout.problem:
            yield Trouble(
                urgency=Urgency.UNKNOWN,
                sentence=f"rollout {rollout.name} may not be up to date: {rollout.problem}",
                command=("instances",),
                runbook=Runbook.DATABASE_SLOW,
            )


def of_modes(modes: Modes) -> Iterator[Trouble]:
    """Those in force, agents in quarantine, and what was set without this instance's knowing it."""
    for mode in modes.modes:
        if mode.in_force:
            name = mode.name.replace("_", "-")
            yield Trouble(
                urgency=Urgency.NOTE,
                sentence=f"{name} is on{_by(mode.entry)}",
                command=command_with_reason(name, "off"),
            )
    for agent in modes.agents:
        if agent.in_force:
            yield Trouble(
                urgency=Urgency.NOTE,
                sentence=f"agent {agent.name} is in quarantine{_by(agent.entry)}",
                command=command_with_reason("release", agent.name),
            )
    if modes.problem:
        yield Trouble(
            urgency=Urgency.UNKNOWN,
            sentence=f"what operators have set may not be up to date: {modes.problem}",
            command=("instances",),
            runbook=Runbook.DATABASE_SLOW,
        )


def of_flags(flags: Sequence[Flag], now: float) -> Iterator[Trouble]:
    """Those that somebody has overridden."""
    for flag in flags:
        if flag.entry and flag.entry.in_force(now):
            share = f"{flag.percentage:g} %" if flag.percentage is not None else ""
            to = share or ("on" if flag.entry.settings.get("value") else "off")
            yield Trouble(
                urgency=Urgency.NOTE,
                sentence=f"flag {flag.name} is overridden ({to}){_by(flag.entry)}",
                command=command_with_reason("flags", "clear", flag.name),
            )


def _by(entry: Entry | None) -> str:
    return f" by {entry.by}: {entry.reason}" if entry and entry.by else ""


def of_watchdogs(watched: Watched) -> Iterator[Trouble]:
    """Queues with trouble, and whatever other watchdog speaks."""
    speaking = [dog for dog in watched.watchdogs if dog.state in {"warning", "alert"}]
    quiet_first = sorted(speaking, key=_alerts)
    deep = {dog.subject: dog for dog in quiet_first if dog.name in BACKLOG}
    dead = {dog.subject: dog for dog in quiet_first if dog.name in DEAD}
    for queue in watched.queues:
        subject = f"{queue.agent}:{queue.topic}"
        yield from _of_dead_letters(queue, dead.get(subject))
        if not queue.held:
            yield from _of_backlog(queue, deep.get(subject))
    yield from (_of_watchdog(dog) for dog in speaking if dog.name not in BACKLOG | DEAD)
    if watched.error:
        yield Trouble(urgency=Urgency.BAD, sentence=watched.error, command=("breakers", "list"))


def _alerts(dog: Watchdog) -> bool:
    return dog.state == "alert"


def _of_dead_letters(queue: Queue, speaking: Watchdog | None) -> Iterator[Trouble]:
    if queue.dead_letters:
        yield Trouble(
            urgency=Urgency.BAD if speaking and speaking.state == "alert" else Urgency.WARNING,
            sentence=f"{queue.dead_letters} dead letters of {queue.agent} on {queue.topic}",
            command=("dead-letters", "list", "--agent", queue.agent),
            runbook=Runbook.POISON_MESSAGES,
        )
    elif speaking:  # they were discarded or delivered again meanwhile
        yield _of_watchdog(speaking)


def _of_backlog(queue: Queue, speaking: Watchdog | None) -> Iterator[Trouble]:
    if speaking or (queue.oldest_seconds or 0.0) > OLD:
        oldest = f", the oldest for {queue.oldest_seconds:.0f} s" if queue.oldest_seconds else ""
        yield Trouble(
            urgency=Urgency.BAD if speaking and speaking.state == "alert" else Urgency.WARNING,
            sentence=f"{queue.waiting} messages wait for {queue.agent} on {queue.topic}{oldest}",
            command=("watch",),
            runbook=Runbook.OVERLOAD,
        )


def _of_watchdog(dog: Watchdog) -> Trouble:
    of = f" of {dog.subject}" if dog.subject else ""
    value = "no value" if dog.value is None else f"{dog.value:,.4g} {dog.unit}"
    runbook = RUNBOOK_OF.get(dog.name, Runbook.OVERLOAD)
    provider = runbook is Runbook.PROVIDER_DOWN
    return Trouble(
        urgency=Urgency.BAD if dog.state == "alert" else Urgency.WARNING,
        sentence=f"{dog.name.replace('_', ' ')}{of} is {value}; it alerts from {dog.alert_threshold:,.4g} on",
        command=command_with_reason("brownout", "on", "--ttl", "30m") if provider else ("watch",),
        runbook=runbook,
    )


def of_instances(instances: Instances) -> Iterator[Trouble]:
    """Those that serve and do not have yet what is stored."""
    for instance in instances.instances:
        behind = instance.behind(instances.documents)
        if behind and not instance.silent:
            yield Trouble(
                urgency=Urgency.WARNING,
                sentence=f"instance {instance.name} is behind in {', '.join(behind)}",
                command=("instances",),
                runbook=Runbook.DATABASE_SLOW,
            )
