"""What migrations need to know: fewer variables than it takes to serve."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from service.settings.settings import Settings, SettingsError, declared, parsed


@dataclass(frozen=True, kw_only=True)
class MigrationSettings:
    """Where the documents are, and the model by which embeddings are made. Declared with all the others."""

    database_path: str
    documents_table: str
    embedding_model: str

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
                    values[name] = str(parsed(variable, environ))
                except ValueError as problem:
                    problems.append(str(problem))
        if problems:
            raise SettingsError(problems)
        return cls(**values)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The part of the settings of the service."""
        return cls(**{name: getattr(settings, name) for name in cls.__dataclass_fields__})
