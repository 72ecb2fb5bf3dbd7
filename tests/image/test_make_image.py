"""`make image` with programs in the place of the engines that say what they were asked."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGINES = ("docker", "podman", "buildah")


@pytest.fixture
def engines(tmp_path: Path) -> Path:
    """A folder first on PATH in which no engine answers."""
    for name in ENGINES:
        _write(tmp_path / name, "exit 1")
    return tmp_path


def _write(program: Path, script: str) -> None:
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)


def answers(engine: Path) -> None:
    _write(engine, f'test "$1" = info || echo {engine.name} "$@"')


def make_image(engines: Path, *variables: str) -> subprocess.CompletedProcess[str]:
    # What a make around this test, or a person's shell, says to make is not meant for this one.
    ours = ("MAKE", "MFLAGS", "TARGETS", "ENGINE", "ARCH", "BASE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        ["make", "--silent", "image", "TAG=t", *variables],  # noqa: S607 -- make, as a person calls it
        cwd=ROOT,
        env=environment | {"PATH": f"{engines}:{environment['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_an_engine_that_answers_it_says_what_is_needed(engines: Path) -> None:
    failed = make_image(engines)
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr.startswith("make image needs docker, podman or buildah; none of them answers to 'info'")


@pytest.mark.parametrize("engine", ["podman", "buildah"])
def test_the_first_engine_that_answers_builds_each_target_with_its_health_check(engines: Path, engine: str) -> None:
    for name in ENGINES[ENGINES.index(engine) :]:
        answers(engines / name)
    built = make_image(engines)
    assert built.returncode == 0, built.stderr
    # The format of OCI, which both prefer, has no health checks; and buildah would make one layer of each stage.
    assert built.stdout.splitlines() == [
        f"{engine} build --format docker --layers --platform linux/amd64 --build-arg REVISION=t "
        f"--target {target} --tag ballast-{target}:t ."
        for target in ("service", "simulator", "loadtest")
    ]


def test_docker_comes_first_and_everything_can_be_chosen(engines: Path) -> None:
    answers(engines / "docker")
    answers(engines / "podman")
    built = make_image(engines, "TARGETS=service", "ARCH=arm64", "BASE=mirror/python:3.12-slim")
    assert built.stdout == (
        "docker build --platform linux/arm64 --build-arg BASE=mirror/python:3.12-slim --build-arg REVISION=t "
        "--target service --tag ballast-service:t .\n"
    )


def test_a_build_that_fails_ends_it(engines: Path) -> None:
    _write(engines / "docker", 'test "$1" = info || { echo "$@"; exit 1; }')
    failed = make_image(engines)
    assert failed.returncode == 2
    assert failed.stdout.count("--target") == 1
