"""The runbooks, which are walked step by step by what they are for."""

from tests.documents.document import ROOT

FOLDER = ROOT / "docs" / "runbooks"
NAMES = ("provider-down", "database-slow", "bad-canary", "poison-messages", "overload")


def read(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")
