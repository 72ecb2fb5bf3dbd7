"""Settings of commands that need fewer variables than it takes to serve."""

from collections.abc import Mapping
from typing import ClassVar, Self

from service.settings.settings import SettingsError, declared


class SettingsPart:
    """The base of a frozen dataclass whose fields are those of `Settings`, all of them texts."""

    __dataclass_fields__: ClassVar[dict[str, object]]

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Parse and check what is needed of the environment.

        Raises:
            SettingsError: with all the problems at once.
        """
        values: dict[str, str] = {}
        problems: list[str] = []
        for name, variable in declared():
            if name in cls.__dataclass_fields__:
                try:
                    values[name] = str(variable.parsed(environ))
                except ValueError as problem:
                    problems.append(str(problem))
        if problems:
            raise SettingsError(problems)
        return cls(**values)
