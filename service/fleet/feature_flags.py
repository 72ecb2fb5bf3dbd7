"""The flags as they stand on this instance."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from service.fleet.control_copy import ControlCopy
from service.fleet.operations import Operations
from service.reliability.control_freshness import Freshness
from service.reliability.feature_flag import Evaluation, Flag, Override, evaluate, flag_key
from service.reliability.operating_mode import Mode, mode_key

_STALE = {Freshness.SERVE_STALE, Freshness.STABLE_ONLY}
_MODE_KEYS = {mode: mode_key(mode) for mode in Mode}


class FeatureFlags:
    """Evaluates the declared flags by what operators have set and, before them, the environment."""

    def __init__(self, declared: Mapping[Flag, bool | None], operations: Operations, copy: ControlCopy) -> None:
        self.declared = {flag.name: flag for flag in declared}
        self._environment = {flag.name: value for flag, value in declared.items()}
        self._operations = operations
        self._copy = copy

    def evaluate(self, name: str, caller: str) -> Evaluation:
        """What a declared flag comes to for a caller now."""
        return evaluate(
            self.declared[name],
            override=self.override(name),
            modes=self.modes(),
            environment=self._environment[name],
            caller=caller,
            stale=self._copy.trust in _STALE,
        )

    def override(self, name: str) -> Override | None:
        """What operators have set, while it is in force."""
        entry = self._operations.in_force(flag_key(name))
        if entry is None:
            return None
        return Override(value=entry.settings.get("value"), percentage=entry.settings.get("percentage"))

    def modes(self) -> AbstractSet[Mode]:
        """The modes in force."""
        return {mode for mode, key in _MODE_KEYS.items() if self._operations.in_force(key) is not None}
