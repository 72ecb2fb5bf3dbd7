"""A written report is copied to S3 whole, without secrets, or a sentence says why not."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import msgspec
import pytest
from moto import mock_aws

from harness.report.artefacts import write
from harness.report.bucket import CopyError, copy, is_bucket_name
from harness.results import assess
from tests.harness.story import story
from tests.harness.synthetic_run import synthetic_run

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

SECRET = "the-operator-token-of-the-target"
RUN = "20260101T000000Z-breaker"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield


@pytest.fixture
def bucket(aws: None) -> "S3Client":  # noqa: ARG001 -- there must be an AWS first
    s3: S3Client = boto3.client("s3")
    s3.create_bucket(Bucket="reports")
    return s3


@pytest.fixture
def run(tmp_path: Path) -> Path:
    record = msgspec.structs.replace(synthetic_run(), environment={"command": f"locust --token {SECRET}"})
    write(assess(story(), record), record, tmp_path / RUN, secrets=(SECRET,))
    return tmp_path / RUN


def test_every_artefact_arrives_as_it_is_and_the_address_is_told(bucket: "S3Client", run: Path) -> None:
    assert copy(run, "reports") == f"s3://reports/{RUN}/report.html"
    held = {entry["Key"] for entry in bucket.list_objects_v2(Bucket="reports")["Contents"]}
    assert held == {f"{RUN}/{file.name}" for file in run.iterdir()}
    for file in run.iterdir():
        assert bucket.get_object(Bucket="reports", Key=f"{RUN}/{file.name}")["Body"].read() == file.read_bytes()
    assert bucket.head_object(Bucket="reports", Key=f"{RUN}/report.html")["ContentType"] == "text/html"


def test_no_secret_of_the_run_is_in_the_bucket(bucket: "S3Client", run: Path) -> None:
    copy(run, "reports")
    for file in run.iterdir():
        assert SECRET.encode() not in bucket.get_object(Bucket="reports", Key=f"{RUN}/{file.name}")["Body"].read()


def test_a_bucket_that_is_not_there_is_told_by_awss_code_and_the_report_stays(aws: None, run: Path) -> None:  # noqa: ARG001 -- there must be an AWS first
    with pytest.raises(CopyError) as caught:
        copy(run, "nowhere")
    assert str(caught.value) == f"The report is in {run}, but could not be copied to s3://nowhere: NoSuchBucket."
    assert (run / "report.html").exists()


def test_without_credentials_it_says_so(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # the one before may hold those of another test
    with pytest.raises(CopyError, match=r"s3://reports: NoCredentialsError\.$"):
        copy(run, "reports")


@pytest.mark.parametrize(
    ("text", "good"), [("reports-1", True), ("s3://reports", False), ("Reports", False), ("a", False)]
)
def test_what_can_be_the_name_of_a_bucket(text: str, good: bool) -> None:
    assert is_bucket_name(text) is good
