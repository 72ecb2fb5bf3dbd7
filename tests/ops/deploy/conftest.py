"""An account, a checkout and tools with all that a deployment needs."""

import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ops.preflight import BOOTSTRAP_PARAMETER, DASHBOARD
from tests.ops.played_aws import PlayedAws


@pytest.fixture
def bootstrapped(aws: PlayedAws) -> PlayedAws:
    """All that a deployment needs."""
    parameters = aws.session.client("ssm")
    parameters.put_parameter(Name=BOOTSTRAP_PARAMETER, Value="30", Type="String")
    aws.push("1", "2")
    return aws


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with what `cdk deploy` looks for."""
    page = tmp_path / "checkout" / DASHBOARD
    page.parent.mkdir(parents=True)
    page.touch()
    (tmp_path / "checkout" / "cdk.json").write_text("{}", encoding="utf-8")
    return tmp_path / "checkout"


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Makes a program that is the only one of its name."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", "")

    def make(name: str, prints: str) -> None:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {prints}\n", encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    return make
