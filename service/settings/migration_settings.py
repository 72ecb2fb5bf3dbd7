"""What migrations need to know: fewer variables than it takes to serve."""

from dataclasses import dataclass
from typing import Self

from service.settings.settings import Settings
from service.settings.settings_part import SettingsPart


@dataclass(frozen=True, kw_only=True)
class MigrationSettings(SettingsPart):
    """Where the documents are, and the model by which embeddings are made. Declared with all the others."""

    database_path: str
    documents_table: str
    embedding_model: str

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The part of the settings of the service."""
        return cls(**{name: getattr(settings, name) for name in cls.__dataclass_fields__})
