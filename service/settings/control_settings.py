"""What it takes to change the control documents: fewer variables than it takes to serve."""

from dataclasses import dataclass

from service.settings.settings_part import SettingsPart


@dataclass(frozen=True, kw_only=True)
class ControlSettings(SettingsPart):
    """Where the control documents are: in the file, unless there is a table."""

    database_path: str
    control_table: str
