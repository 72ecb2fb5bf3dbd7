"""Whose changes can be asked for."""

from ops.commands.audit import KINDS
from service.web import audit_routes


def test_the_kinds_are_those_that_the_service_knows() -> None:
    assert KINDS == audit_routes.KINDS
