"""The images as an engine builds them, each run as a platform would: read-only but for /tmp, by the user it names.

Asked for by BALLAST_IMAGE_BASE, a base image that buildah has here; see docs/image.md.
"""

import dataclasses
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
BASE = os.environ.get("BALLAST_IMAGE_BASE", "")
PATIENCE = 60.0
"""Seconds until a program that should have answered or ended counts as wedged."""

READ_ONLY = """
mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && mount -t tmpfs -o size=64m,mode=1777 tmpfs "$0/tmp" &&
mount --bind /proc "$0/proc" && mount --rbind /dev "$0/dev" && user=$1 folder=$2 && shift 2 &&
exec chroot --userspec="$user" "$0" /bin/sh -c 'cd "$0" && exec "$@"' "$folder" /usr/bin/env -i "$@"
"""

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("buildah") is None, reason="buildah is not there"),
    pytest.mark.skipif(not BASE, reason="BALLAST_IMAGE_BASE names no base image"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount an image"),
]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Image:
    """A built image: its file system, and what is to be run of it."""

    root: str
    config: Mapping[str, Any]

    def command(self, *arguments: str, **environment: str) -> list[str]:
        """Run a program in it; the image's environment, then the given one."""
        told = [*self.config["Env"], *(f"{name}={value}" for name, value in environment.items())]
        box = ["unshare", "--mount", "--propagation", "private", "sh", "-c", READ_ONLY, self.root]
        return [*box, self.config["User"], self.config["WorkingDir"], *told, *arguments]

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a program in it to its end."""
        command = self.command(*arguments, **environment)
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


def buildah(*arguments: str) -> str:
    command = ["buildah", *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT).stdout.strip()


def image(target: str) -> Iterator[Image]:
    make = ["make", "image", "ENGINE=buildah", f"BASE={BASE}", "TAG=tested", f"TARGETS={target}"]
    subprocess.run(make, cwd=ROOT, check=True)
    name = f"localhost/ballast-{target}:tested"
    container = buildah("from", name)
    try:
        config = json.loads(buildah("inspect", "--type", "image", name))["Docker"]["config"]
        yield Image(root=buildah("mount", container), config=config)
    finally:
        buildah("rm", container)


@pytest.fixture(scope="module")
def service() -> Iterator[Image]:
    yield from image("service")


@pytest.fixture(scope="module")
def simulator() -> Iterator[Image]:
    yield from image("simulator")


@pytest.fixture(scope="module")
def loadtest() -> Iterator[Image]:
    yield from image("loadtest")


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_live(port: int, process: subprocess.Popen[str]) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while time.monotonic() < give_up_at:
        assert process.poll() is None, process.communicate()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=PATIENCE) as answer:
                assert answer.status == 200
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answered on port {port} within {PATIENCE:g} s")


def test_only_tmp_can_be_written_and_nobody_is_root(service: Image) -> None:
    script = (
        "import os\n"
        "print(os.getuid(), os.getgid())\n"
        "for path in ('/x', '/etc/x', '/opt/ballast/x', '/opt/project/x', '/var/x', '/tmp/x'):\n"
        "    try: open(path, 'w'); print(path)\n"
        "    except OSError: pass\n"
    )
    assert service.run("python", "-c", script).stdout.split("\n") == ["10001 10001", "/tmp/x", ""]  # noqa: S108 -- the image's own


def test_no_tool_that_builds_or_installs_is_left_and_nothing_becomes_root(service: Image) -> None:
    found = service.run("sh", "-c", "for tool in pip pip3 uv gcc cc make git; do command -v $tool; done")
    assert found.stdout == ""
    for python in ("python", "python3"):
        assert "No module named pip" in service.run(python, "-m", "pip").stderr
    assert service.run("find", "/", "-xdev", "-type", "f", "-perm", "/6000").stdout == ""


def test_the_service_answers_is_found_healthy_and_drains_at_sigterm(service: Image, port: int) -> None:
    environment = {"HOST": "127.0.0.1", "PORT": str(port), "OPENAI_API_KEY": "none", "USE_RELIABILITY_SYSTEM": "true"}
    command = service.command(*service.config["Entrypoint"], **environment)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_until_live(port, process)
            kind, *check = service.config["Healthcheck"]["Test"]
            assert (kind, service.run(*check, **environment).returncode) == ("CMD", 0)
            process.send_signal(signal.SIGTERM)
            said, errors = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert (process.returncode, errors) == (0, "")
    assert '"event":"draining"' in said
    assert service.run(*check, **environment).returncode != 0


def test_the_simulator_starts_with_its_secrets_alone(simulator: Image, port: int) -> None:
    refused = simulator.run(*simulator.config["Entrypoint"])
    assert refused.returncode == 2
    assert "SIMULATOR_API_KEY is not set" in refused.stderr
    secrets = {"SIMULATOR_API_KEY": "key", "SIMULATOR_CONTROL_TOKEN": "token"}
    loopback = ("--host", "127.0.0.1", "--port", str(port))
    command = simulator.command(*simulator.config["Entrypoint"], *loopback, **secrets)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_until_live(port, process)
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()


def test_the_load_generator_plans_and_knows_its_commit(loadtest: Image) -> None:
    planned = loadtest.run(*loadtest.config["Entrypoint"], "--headless", "--scenario", "breaker", "--dry-run")
    assert (planned.returncode, planned.stderr) == (0, "")
    assert planned.stdout.startswith("breaker: ")
    assert "BALLAST_REVISION=tested" in loadtest.config["Env"]
