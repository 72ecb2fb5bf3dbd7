"""Copies a run's artefacts to S3: the disk of a generator that runs on AWS goes when it ends."""

import mimetypes
import re
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from harness.report.retention import RESULTS

_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class CopyError(Exception):
    """The artefacts could not be copied; the message says why, and where they are."""


def is_bucket_name(text: str) -> bool:
    """Whether S3 could have a bucket of this name."""
    return _BUCKET_NAME.fullmatch(text) is not None


def copy(folder: Path, bucket: str) -> str:
    """Copy every file of a written run into the bucket, under the run's name; the address of its report.

    The results come last: whoever finds them finds all. CopyError when it cannot be done.
    """
    patient = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 5})
    try:
        s3 = boto3.client("s3", config=patient)
        for file in sorted(folder.iterdir(), key=lambda file: (file.name == RESULTS, file.name)):
            s3.put_object(
                Bucket=bucket,
                Key=f"{folder.name}/{file.name}",
                Body=file.read_bytes(),
                ContentType=mimetypes.guess_type(file.name)[0] or "application/octet-stream",
            )
    except ClientError as error:  # AWS's own messages name accounts and roles, its codes do not
        raise CopyError(_told(folder, bucket, str(error.response["Error"]["Code"]))) from error
    except (BotoCoreError, OSError) as error:
        raise CopyError(_told(folder, bucket, type(error).__name__)) from error
    return f"s3://{bucket}/{folder.name}/report.html"


def _told(folder: Path, bucket: str, why: str) -> str:
    return f"The report is in {folder}, but could not be copied to s3://{bucket}: {why}."
