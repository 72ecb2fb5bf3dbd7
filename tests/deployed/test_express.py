"""The same on ECS Express Mode, in an AWS of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.emulator.emulator import Emulator, context_of
from tests.deployed.conftest import PYTHON

ROOT = Path(__file__).parents[2]


@pytest.mark.long
def test_the_service_runs_on_express_mode_and_all_that_is_verified_of_it_holds(provider: str, tmp_path: Path) -> None:
    with Emulator(python=PYTHON) as emulator:
        emulator.start()
        emulator.bootstrap()
        outputs = emulator.deploy(context=context_of(provider_url=provider, compute="express"))
        file = tmp_path / "outputs.json"
        file.write_text(json.dumps(outputs), encoding="utf-8")
        verified = subprocess.run(
            [sys.executable, "-m", "ops", "verify-deployment", "--outputs-file", str(file), "--output", "json"],
            cwd=ROOT,
            env={**os.environ, **emulator.credentials},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    findings = {each["name"]: (each["verdict"], each["seen"]) for each in json.loads(verified.stdout)["findings"]}
    assert [(name, seen) for name, (verdict, seen) in findings.items() if verdict == "fail"] == []
    assert findings["latest deployment"][1].startswith("ECS")
