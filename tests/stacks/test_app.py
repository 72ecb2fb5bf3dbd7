"""The program that the CDK's command line runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.stacks.conftest import IMAGE

ROOT = Path(__file__).parents[2]


def test_nothing_is_synthesized_from_a_context_with_problems_and_all_of_them_are_told(tmp_path: Path) -> None:
    context = {"imageUri": IMAGE, "compute": "fargate", "flavour": "x"}
    environ = {
        **os.environ,
        "CDK_CONTEXT_JSON": json.dumps(context),
        "CDK_OUTDIR": str(tmp_path),
        "CDK_DEFAULT_ACCOUNT": "210987654321",
    }
    ran = subprocess.run(
        [sys.executable, str(ROOT / "app.py")], env=environ, capture_output=True, text=True, check=False
    )
    told = ran.stderr.splitlines()
    assert ran.returncode == 1
    assert told[0].startswith("flavour is not a key of this application")
    assert told[1] == "compute is fargate; expected apprunner or express"
    assert told[2].startswith("imageUri lies in account 123456789012, and the credentials are of account 210987654321")
    assert list(tmp_path.iterdir()) == []
