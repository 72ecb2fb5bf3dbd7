"""Which instances there are, and what each has of what was set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ops.target.fields import Fields

HEARD_WITHIN = 10.0
"""Seconds after which an instance is silent: the platform stops who serves nothing; who serves again reads first."""


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One, as it was last heard of."""

    name: str
    boot_id: str
    age: float  # seconds since it was heard of
    versions: Mapping[str, int]  # of the control documents that it has

    @property
    def silent(self) -> bool:
        """Whether it was not heard of lately."""
        return self.age > HEARD_WITHIN

    def behind(self, documents: Mapping[str, int]) -> list[str]:
        """The documents of which it has not yet that version."""
        return [name for name, version in documents.items() if self.versions.get(name, 0) < version]


@dataclass(frozen=True, kw_only=True)
class Instances:
    """All of them, and the versions that are stored."""

    documents: Mapping[str, int]
    instances: Sequence[Instance]


def instances(fields: Fields) -> Instances:
    """Those that an answer tells of."""
    now = fields.number("now") or 0.0
    return Instances(
        documents=_versions(fields.inner("documents")),
        instances=[
            Instance(
                name=each.text("instance"),
                boot_id=each.text("boot_id"),
                age=max(0.0, now - (each.number("heard_at") or 0.0)),
                versions=_versions(each.inner("versions")),
            )
            for each in fields.each("instances")
        ],
    )


def _versions(fields: Fields) -> dict[str, int]:
    return {name: fields.count(name) for name in fields.document}
