"""A caller's connection, which holds no more of a request's head than allowed."""

import secrets

from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from service.web.problems import HEAD_TOO_LARGE, MALFORMED, problem_response
from service.web.request_id import HEADER

HEAD_LIMIT = 64 * 1024  # bytes of a request's line and headers, trailers included


class BoundedConnection(HttpToolsProtocol):
    """Refuses a request whose head grows beyond the limit, and closes; uvicorn itself takes a head of any length."""

    _head = 0  # bytes of the address and of the headers that are complete
    _unheard = 0  # bytes of reads without an event: the parser keeps them, of a header, say, that does not end
    _heard = False

    def data_received(self, data: bytes) -> None:
        """Take what the caller sent."""
        self._heard = False
        super().data_received(data)
        self._unheard = 0 if self._heard else self._unheard + len(data)
        if self._unheard > HEAD_LIMIT and not self.transport.is_closing():
            self._refuse_head()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._heard, self._head = True, 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A part of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header or trailer."""
        self._count(len(name) + len(value) + len(": \r\n"))
        super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """A part of the body; how much of it is taken is not decided here."""
        self._heard = True
        super().on_body(body)

    def send_400_response(self, msg: str) -> None:
        """Refuse what the parser stopped at: it is no HTTP, or `_count` said so."""
        if self._head > HEAD_LIMIT:
            self._refuse_head()
        else:
            request_id = secrets.token_hex(16)
            self._refuse(problem_response(MALFORMED, msg, request_id, headers={HEADER.decode(): request_id}))

    def _count(self, received: int) -> None:
        self._heard = True
        self._head += received
        if self._head > HEAD_LIMIT:
            raise ValueError("the head is too large")  # which stops the parser, and comes back as `send_400_response`

    def _refuse_head(self) -> None:
        detail, request_id = f"the head has more than {HEAD_LIMIT} bytes", secrets.token_hex(16)
        self._refuse(problem_response(HEAD_TOO_LARGE, detail, request_id, headers={HEADER.decode(): request_id}))

    def _refuse(self, answer: Response) -> None:
        if self.cycle is None or self.cycle.response_complete:  # else the answer under way would be garbled
            headers = (*self.server_state.default_headers, *answer.raw_headers, (b"connection", b"close"))
            lines = b"".join(b"%b: %b\r\n" % header for header in headers)
            self.transport.write(STATUS_LINE[answer.status_code] + lines + b"\r\n" + bytes(answer.body))
        self.transport.close()
