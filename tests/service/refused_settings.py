"""Settings that are enough, and what is wrong with others."""

import pytest

from service.settings.settings import Settings, SettingsError

ENOUGH = {"OPENAI_API_KEY": "provider-key"}


def problems_of(**variables: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        Settings.from_environment({**ENOUGH, **variables})
    return raised.value.problems
