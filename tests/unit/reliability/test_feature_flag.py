from dataclasses import replace

import pytest

from service.reliability.feature_flag import (
    Evaluation,
    Flag,
    FlagReason,
    FlagVariant,
    Override,
    evaluate,
    flag_key,
)
from service.reliability.operating_mode import Mode, agent_key, mode_key

FLAG = Flag(
    name="provider_embeddings",
    default=True,
    description="d",
    owner="o",
    variable="FLAG_PROVIDER_EMBEDDINGS",
    brownout_capable=True,
    fallback="f",
)
CALLERS = [f"caller {number}" for number in range(10_000)]


def came_to(
    flag: Flag = FLAG,
    *,
    override: Override | None = None,
    modes: frozenset[Mode] = frozenset(),
    environment: bool | None = None,
    caller: str = "ann",
    stale: bool = False,
) -> Evaluation:
    return evaluate(flag, override=override, modes=modes, environment=environment, caller=caller, stale=stale)


def test_a_flag_that_nobody_sets_has_its_default() -> None:
    assert came_to() == Evaluation(value=True, variant=FlagVariant.ON, reason=FlagReason.DEFAULT)
    off = came_to(replace(FLAG, default=False))
    assert off == Evaluation(value=False, variant=FlagVariant.OFF, reason=FlagReason.DEFAULT)


def test_the_environment_goes_before_the_default() -> None:
    assert came_to(environment=False) == Evaluation(value=False, variant=FlagVariant.OFF, reason=FlagReason.STATIC)


@pytest.mark.parametrize(("value", "reason"), [(True, FlagReason.TARGETING_MATCH), (False, FlagReason.DISABLED)])
def test_an_operator_goes_before_the_environment_and_a_value_before_a_percentage(
    value: bool,
    reason: FlagReason,
) -> None:
    found = came_to(override=Override(value=value, percentage=50), environment=not value)
    assert (found.value, found.reason) == (value, reason)


def test_an_override_that_says_nothing_leaves_it_to_the_environment() -> None:
    assert came_to(override=Override(), environment=False).reason is FlagReason.STATIC


def test_a_percentage_is_that_share_of_the_callers_and_the_same_ones_each_time() -> None:
    def on(percentage: float) -> set[str]:
        return {caller for caller in CALLERS if came_to(override=Override(percentage=percentage), caller=caller).value}

    assert abs(len(on(25)) / len(CALLERS) - 0.25) < 0.02
    assert on(25) == on(25)
    assert on(25) < on(50)
    assert (len(on(0)), len(on(100))) == (0, len(CALLERS))
    assert came_to(override=Override(percentage=25)).reason is FlagReason.SPLIT


def test_two_flags_split_the_callers_apart_from_each_other() -> None:
    first, second = (
        {c for c in CALLERS if came_to(replace(FLAG, name=name), override=Override(percentage=50), caller=c).value}
        for name in ("a", "b")
    )
    assert abs(len(first & second) / len(CALLERS) - 0.25) < 0.02


@pytest.mark.parametrize(
    ("modes", "reason"),
    [
        ({Mode.BROWNOUT}, FlagReason.BROWNOUT),
        ({Mode.SAFE_MODE}, FlagReason.SAFE_MODE),
        ({Mode.SAFE_MODE, Mode.BROWNOUT}, FlagReason.SAFE_MODE),
    ],
)
def test_in_a_brownout_and_in_safe_mode_what_has_a_fallback_takes_it_whatever_else_is_set(
    modes: set[Mode], reason: FlagReason
) -> None:
    found = came_to(override=Override(value=True), modes=frozenset(modes), environment=True)
    assert found == Evaluation(value=False, variant=FlagVariant.FALLBACK, reason=reason)


def test_a_write_drain_and_what_has_no_fallback_are_no_matter_of_flags() -> None:
    assert came_to(modes=frozenset({Mode.WRITE_DRAIN})).value
    assert came_to(replace(FLAG, brownout_capable=False), modes=frozenset(Mode)).value


def test_what_operators_set_and_cannot_be_read_again_is_marked_stale() -> None:
    found = came_to(override=Override(value=False), stale=True)
    assert found == Evaluation(value=False, variant=FlagVariant.OFF, reason=FlagReason.STALE)
    assert came_to(modes=frozenset({Mode.BROWNOUT}), stale=True).reason is FlagReason.BROWNOUT


def test_each_kind_of_entry_has_keys_of_its_own() -> None:
    keys = [mode_key(Mode.SAFE_MODE), agent_key("indexer"), flag_key("provider_embeddings")]
    assert keys == ["mode/safe_mode", "agent/indexer", "flag/provider_embeddings"]
