import pytest

from service.fleet import operations, rollout_document
from service.fleet.schema import UnknownSchemaError


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"schema": 1}', b'{"schema": "1"}'])
def test_a_document_that_cannot_be_read_is_refused_and_not_guessed_at(body: bytes) -> None:
    with pytest.raises(UnknownSchemaError, match="the rollout's document cannot be read"):
        rollout_document.decode(body)
    with pytest.raises(UnknownSchemaError, match="the document operations cannot be read"):
        operations.decode(body)


def test_a_document_of_another_version_says_of_which() -> None:
    with pytest.raises(UnknownSchemaError, match="the rollout's document has schema 2; this version of the service"):
        rollout_document.decode(b'{"schema": 2}')
