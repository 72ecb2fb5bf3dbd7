"""How a defect replaces a part of the service."""


def replace(owner: object, name: str, wrong: object) -> None:
    """Put `wrong` where `owner.name` is, which must be there."""
    getattr(owner, name)
    setattr(owner, name, wrong)
