import gzip
from pathlib import Path

import msgspec
import pytest

from harness.report.artefacts import write
from harness.report.redaction import HIDDEN, Redaction
from harness.results import assess
from tests.harness.story import story
from tests.harness.synthetic_run import synthetic_run

KNOWN = "operator-7f3a9c"
PLANTED = {
    KNOWN: f"started with {KNOWN}",
    "sk-proj-4bQx81mNpT": "OPENAI_API_KEY=sk-proj-4bQx81mNpT",
    "AKIAIOSFODNN7EXAMPLE": "as AKIAIOSFODNN7EXAMPLE",
    "123456789012": "arn:aws:apprunner:eu-west-1:123456789012:service/x",
    "staging-7.example.com": "GET https://staging-7.example.com:8443/health failed",
    "u5x.eu-west-1.awsapprunner.com": "host u5x.eu-west-1.awsapprunner.com does not answer",
    "10.1.2.3": "10.1.2.3 refused the connection",
    "hunter2": "https://ann:hunter2@127.0.0.1/ and password: hunter2",
    "hunter2abc": "OPERATOR_TOKEN is 'hunter2abc'; expected printable ASCII",
    "pass phrase": """Config 'db_password' has value "pass phrase".""",
    "bare7word": "INTERNAL_TOKEN is bare7word",
    "c2VjcmV0LXRva2Vu": "Authorization: Bearer c2VjcmV0LXRva2Vu",
}


@pytest.mark.parametrize("secret", PLANTED)
def test_a_secret_does_not_survive_in_a_text(secret: str) -> None:
    told = Redaction((KNOWN,)).text(PLANTED[secret])
    assert secret not in told
    assert HIDDEN in told


@pytest.mark.parametrize(
    "harmless",
    [
        "http://127.0.0.1:43121/api/embeddings",
        "http://localhost:8000",
        "locust -f loadtests --headless --scenario breaker",
        "time to open embeddings:stable · provider errors",
        "python 3.11.7, locust 2.47.0, Linux 6.8.0-31-generic",
        "main-1#12: 5 consecutive failures; the limit is 5",
        "breaker-1-main-000431 attempt 2 with permit '2-open'",
        "tokens are counted",
        "results.json, report.html and samples.csv.gz",
    ],
)
def test_what_is_no_secret_stays_as_it_is(harmless: str) -> None:
    assert Redaction((KNOWN,)).text(harmless) == harmless


def test_an_entry_whose_name_says_secret_is_hidden_whatever_it_holds() -> None:
    results = assess(story(), synthetic_run())
    told = msgspec.structs.replace(results, overrides={"INTERNAL_TOKEN": "abc", "BREAKER_OPEN_SECONDS": "3"})
    assert Redaction().of(told).overrides == {"INTERNAL_TOKEN": HIDDEN, "BREAKER_OPEN_SECONDS": "3"}


def test_a_planted_secret_is_in_no_artefact(tmp_path: Path) -> None:
    record = synthetic_run()
    everything = "; ".join(PLANTED.values())
    first, *others = record.requests
    (breaks, *journal) = record.journal
    planted = msgspec.structs.replace(
        record,
        invalid=[everything],
        aborted=everything,
        environment={"command": everything, "target": everything, "token": KNOWN},
        overrides={"OPENAI_BASE_URL": everything},
        requests=[msgspec.structs.replace(first, reason=everything), *others],
        journal=[msgspec.structs.replace(breaks, reason=everything), *journal],
        faults=[msgspec.structs.replace(fault, fault=everything) for fault in record.faults],
    )
    write(assess(story(), planted), planted, tmp_path / "run", secrets=(KNOWN,))
    for path in [*(tmp_path / "run").iterdir(), tmp_path / "index.html"]:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        told = content.decode()
        assert [secret for secret in PLANTED if secret in told] == [], path.name
