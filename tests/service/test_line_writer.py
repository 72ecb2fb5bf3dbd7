import json
import logging
import os
import select
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.web.line_writer import LineWriter
from service.web.log import LOGGER, JsonLines


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    os.close(writer)
    os.close(reader)


def test_lines_arrive_in_their_order(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    with LineWriter(writer) as lines:
        for number in range(3):
            lines.write(f"line {number}")
    assert os.read(reader, 1000) == b"line 0\nline 1\nline 2\n"


def read_to_end(reader: int) -> list[str]:
    with os.fdopen(os.dup(reader), "rb") as rest:
        return rest.read().decode().splitlines()


def test_who_writes_does_not_wait_for_who_reads_and_what_was_dropped_is_told() -> None:
    reader, writer = os.pipe()
    with ThreadPoolExecutor(1) as threads:
        with LineWriter(writer, waiting=100) as lines:
            for _ in range(1000):
                lines.write("x" * 1000)
            assert lines.dropped > 0
            reading = threads.submit(read_to_end, reader)
        os.close(writer)
        arrived = reading.result(20)
    os.close(reader)
    assert arrived.count("x" * 1000) == 1000 - lines.dropped
    told = [json.loads(line) for line in arrived if line.startswith("{")]
    assert {line["event"] for line in told} == {"lines_dropped"}
    assert sum(line["count"] for line in told) == lines.dropped


def test_a_descriptor_that_does_not_wait_is_waited_for(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    os.set_blocking(writer, False)
    arrived = b""
    with LineWriter(writer) as lines:
        for number in range(300):
            lines.write(f"{number:1000}")
        while arrived.count(b"\n") < 300 and select.select((reader,), (), (), 5)[0]:
            arrived += os.read(reader, 65_536)
    assert [int(line) for line in arrived.splitlines()] == [*range(300)]


def test_a_reader_that_is_gone_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with LineWriter(writer) as lines:
        lines.write("to nobody")
    os.close(writer)


def test_a_line_of_the_log_is_json_with_its_request_id() -> None:
    record = LOGGER.makeRecord(
        "ballast", logging.WARNING, "", 0, "call_failed", (), None, extra={"fields": {"request_id": "r1"}}
    )
    line = json.loads(JsonLines().format(record))
    assert line == {"at": record.created, "level": "warning", "event": "call_failed", "request_id": "r1"}


def test_a_line_of_a_library_names_the_library() -> None:
    record = logging.makeLogRecord({"name": "uvicorn.error", "levelname": "ERROR", "msg": "bad %s", "args": ("thing",)})
    line = json.loads(JsonLines().format(record))
    assert (line["event"], line["logger"]) == ("bad thing", "uvicorn.error")
