"""Works for a caller while both are there, and takes no more body from it than allowed."""

import asyncio
from collections.abc import Awaitable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.background import this_task
from service.web.adds import Adds
from service.web.log import LOGGER
from service.web.problems import BODY_TOO_LARGE, SHUTTING_DOWN, answer_problem
from service.web.request_id import request_id_in

BODY_LIMIT = 64 * 1024  # bytes
RETRY_AFTER = 1.0  # seconds; by then the caller is given to another instance, or this one has started again


class CallerPresent:
    """Reads the whole body first; from then on, a caller that goes away cancels the work done for it."""

    adds = Adds(problems=(BODY_TOO_LARGE, SHUTTING_DOWN))

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        answering = False

        def send_noting_start(message: Message) -> Awaitable[None]:
            nonlocal answering
            answering = True
            return send(message)

        watch: asyncio.Task[None] | None = None
        work = this_task()
        try:
            body = await self._body(receive)
            if body is None:
                return
            if len(body) > BODY_LIMIT:
                detail = f"the body has more than {BODY_LIMIT} bytes"
                await answer_problem(scope, receive, send_noting_start, BODY_TOO_LARGE, detail)
                return
            watch = asyncio.create_task(_cancel_when_gone(receive, work))
            await self._app(scope, _receiving(body), send_noting_start)
        except asyncio.CancelledError:
            work.uncancel()
            if watch is not None and watch.done():
                return  # nobody is there to be answered
            if answering:
                raise
            await _shut_down(scope, receive, send)
        finally:
            if watch is not None:
                watch.cancel()

    async def _body(self, receive: Receive) -> bytes | None:
        """The whole body, or as much of it as is more than allowed; None when the caller went away."""
        body = bytearray()
        more = True
        while more and len(body) <= BODY_LIMIT:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            more = message.get("more_body", False)
        return bytes(body)


def _receiving(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _shut_down(scope: Scope, receive: Receive, send: Send) -> None:
    # The server cancels what is still running when its time to drain is over.
    request_id, detail = request_id_in(scope), "the request was not finished in time"
    LOGGER.warning(SHUTTING_DOWN.slug, extra={"fields": {"request_id": request_id, "reason": detail}})
    await answer_problem(scope, receive, send, SHUTTING_DOWN, detail, retry_after=RETRY_AFTER)


async def _cancel_when_gone(receive: Receive, work: "asyncio.Task[object]") -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    work.cancel()
