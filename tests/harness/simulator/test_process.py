"""`python -m harness.simulator` as a real process."""

import contextlib
import json
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import httpx2
import openai
import pytest

MODEL = "text-embedding-3-small"
PATIENCE = 60  # seconds until a process that should have answered or ended counts as wedged


@contextlib.contextmanager
def started(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A simulator and its first line."""
    command = [sys.executable, "-m", "harness.simulator", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        guard = threading.Timer(PATIENCE, process.kill)
        guard.start()
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())
        finally:
            guard.cancel()
            process.kill()


def run(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness.simulator", *options]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE)


def ended(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    process.send_signal(number)
    _, errors = process.communicate(timeout=PATIENCE)
    return process.returncode, errors


def test_the_sdk_works_against_the_address_on_the_first_line() -> None:
    with (
        started() as (process, line),
        openai.OpenAI(base_url=line["address"], api_key="any", max_retries=0, timeout=PATIENCE) as sdk,
    ):
        assert line["event"] == "listening"
        assert len(sdk.embeddings.create(model=MODEL, input="x", dimensions=256).data[0].embedding) == 256
        assert ended(process, signal.SIGTERM) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_whatever_hangs(number: int) -> None:
    with started() as (process, line), socket.create_connection(("127.0.0.1", _port(line["address"]))) as caller:
        httpx2.put(f"{line['control']}/faults/*", json={"mode": "hang", "seconds": 600})
        body = json.dumps({"model": MODEL, "input": "x"}).encode()
        head = f"POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        caller.sendall(head.encode() + body)
        while not httpx2.get(f"{line['control']}/attempts").json()["attempts"]:
            pass  # the guard of `started` bounds this: a killed process answers nobody
        assert ended(process, number) == (0, "")


def test_more_callers_can_hang_than_the_usual_limit_of_files_allows() -> None:
    with contextlib.ExitStack() as stack:
        with _usual_limit():
            process, line = stack.enter_context(started())
        for _ in range(100):
            caller = stack.enter_context(socket.create_connection(("127.0.0.1", _port(line["address"]))))
            caller.settimeout(PATIENCE)
            caller.sendall(b"GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n")
            assert caller.recv(12) == b"HTTP/1.1 200"
        assert ended(process, signal.SIGTERM) == (0, "")


@contextlib.contextmanager
def _usual_limit() -> Iterator[None]:
    """Children start with room for 64 open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_the_port_is_refused_and_taken_back_many_times() -> None:
    with started() as (process, line), httpx2.Client() as client:
        for _ in range(20):
            client.put(f"{line['control']}/faults/*", json={"mode": "refuse", "seconds": 60})
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", _port(line["address"])))
            client.delete(f"{line['control']}/faults/*")
            assert client.get(f"{line['address']}/models").status_code == 200
        assert ended(process, signal.SIGTERM) == (0, "")


def test_a_seed_fixes_the_vectors_of_another_process() -> None:
    vectors = []
    for seed in ("5", "5", "6"):
        with started("--seed", seed) as (_, line):
            question = {"model": MODEL, "input": "a text", "dimensions": 8}
            answer = httpx2.post(f"{line['address']}/embeddings", json=question, headers={"Authorization": "Bearer x"})
            vectors.append(answer.json()["data"][0]["embedding"])
    assert vectors[0] == vectors[1] != vectors[2]


@pytest.mark.parametrize("option", ["--port", "--control-port"])
def test_a_port_that_is_taken_is_a_clear_error(option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        failed = run(option, str(port))
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr == f"harness.simulator: cannot listen on 127.0.0.1:{port}: Address already in use\n"


def test_wrong_options_are_all_named_at_once() -> None:
    failed = run("--port", "70000", "--control-port", "-1", "--latency-median-ms", "nan")
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr.splitlines() == [
        "harness.simulator: --port is 70000; expected 0 to 65535",
        "harness.simulator: --control-port is -1; expected 0 to 65535",
        "harness.simulator: --latency-median-ms is nan; expected 0 to 10000",
    ]


def test_key_and_token_come_from_the_environment_and_are_required_away_from_loopback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away = ("--host", "0.0.0.0", "--one-port")  # noqa: S104 -- reached by this test alone, for a moment
    failed = run(*away)
    assert (failed.returncode, failed.stdout) == (2, "")
    assert [line.split()[1] for line in failed.stderr.splitlines()] == ["SIMULATOR_API_KEY", "SIMULATOR_CONTROL_TOKEN"]
    monkeypatch.setenv("SIMULATOR_API_KEY", "key")
    monkeypatch.setenv("SIMULATOR_CONTROL_TOKEN", "token")
    with started(*away) as (process, line):
        control = f"http://127.0.0.1:{_port(line['control'])}/control"
        answers = [httpx2.get(f"{control}/faults", headers={"Authorization": f"Bearer {t}"}) for t in ("token", "key")]
        assert [answer.status_code for answer in answers] == [200, 401]
        assert ended(process, signal.SIGTERM) == (0, "")


def test_both_ports_cannot_be_one() -> None:
    assert run("--port", "5000", "--control-port", "5000").stderr == (
        "harness.simulator: --control-port is 5000, the same as --port; expected another, or --one-port\n"
    )


def _port(address: str) -> int:
    return httpx2.URL(address).port or 0
