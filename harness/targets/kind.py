"""Where a scenario can be run, but for a host that a person names."""

from enum import StrEnum


class TargetKind(StrEnum):
    """What `--target` may say."""

    LOCAL = "local"  # processes of this machine
    EMULATED = "emulated"  # deployed into an AWS on this machine
    AWS = "aws"  # deployed by somebody
