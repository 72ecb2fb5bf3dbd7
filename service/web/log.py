"""Logs as JSON lines on standard output."""

import logging
from typing import Any

import msgspec

from service.web.line_writer import LineWriter

LOGGER = logging.getLogger("ballast")


class JsonLines(logging.Formatter):
    """One line a record: `at`, `level`, `event`, and the fields given as `extra={"fields": …}`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "at": record.created,
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.name != LOGGER.name:
            line["logger"] = record.name
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line, enc_hook=str).decode()


class _Lines(logging.Handler):
    def __init__(self, lines: LineWriter) -> None:
        super().__init__()
        self._lines = lines
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        """Hand over one line."""
        self._lines.write(self.format(record))


def log_to(lines: LineWriter) -> None:
    """Send everything that is logged in this process there; of libraries, only warnings and errors."""
    logging.basicConfig(handlers=[_Lines(lines)], level=logging.WARNING, force=True)
    LOGGER.setLevel(logging.INFO)
    logging.getLogger("uvicorn.error").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    # These we have logged ourselves before the server hears of them, with the request id or without the trace;
    # a start that was given up is told as `draining`.
    message = record.getMessage()
    return not any(known in message for known in ("Exception in ASGI application", "StartError", "CancelledError"))
