"""Our provider of OpenFeature, and the client that asks it."""

from typing import NoReturn

from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import FlagNotFoundError, TypeMismatchError
from openfeature.flag_evaluation import FlagResolutionDetails
from openfeature.provider import AbstractProvider
from openfeature.provider.metadata import Metadata
from openfeature.provider.no_op_provider import NoOpProvider

from service.fleet.feature_flags import FeatureFlags


class FlagProvider(AbstractProvider):
    """Resolves flags, all of which are true or false; the targeting key is the caller."""

    def __init__(self, flags: FeatureFlags) -> None:
        super().__init__()
        self._flags = flags

    def get_metadata(self) -> Metadata:
        """As `FeatureProvider`."""
        return Metadata(name="ballast")

    def resolve_boolean_details(
        self,
        flag_key: str,
        default_value: bool,  # noqa: ARG002, FBT001 - OpenFeature's signature; a declared flag has a default of its own
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:
        """As `FeatureProvider`."""
        if flag_key not in self._flags.declared:
            known = ", ".join(self._flags.declared)
            raise FlagNotFoundError(f"there is no flag {flag_key}; expected one of: {known}")
        caller = (evaluation_context and evaluation_context.targeting_key) or ""
        found = self._flags.evaluate(flag_key, caller)
        return FlagResolutionDetails(value=found.value, reason=found.reason, variant=found.variant)

    def _refuse(self, flag_key: str, *_: object, **__: object) -> NoReturn:
        raise TypeMismatchError(f"the flag {flag_key} is true or false")

    resolve_string_details = resolve_integer_details = resolve_float_details = resolve_object_details = _refuse


class FlagClient:
    """OpenFeature's client of one app: the domain keeps apart the providers of all apps of a process."""

    def __init__(self, flags: FeatureFlags, *, domain: str) -> None:
        self._flags = flags
        self._domain = domain
        self.client = api.get_client(domain)

    def start(self) -> None:
        """Have the domain's flags resolved by our provider."""
        api.set_provider_and_wait(FlagProvider(self._flags), self._domain)

    def stop(self) -> None:
        """Let go of it."""
        api.set_provider_and_wait(NoOpProvider(), self._domain)
