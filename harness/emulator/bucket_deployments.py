"""The CDK's own resources for buckets, carried out by us: their functions need a command line or Node in a container.

Imported by the extension alone, and called on a worker thread: it asks this very server.
"""

import io
import mimetypes
import zipfile
from collections.abc import Mapping
from typing import Any

import boto3

from harness.emulator.distributions import invalidate

Properties = Mapping[str, Any]


def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, dict[str, str]]:
    """Put the files of each asset into the bucket."""
    _deploy(properties)
    return f"{stack}-{logical_id}", {}


def update(made: str, _: Properties, properties: Properties, __: str) -> tuple[str, dict[str, str]]:
    """Put them there anew; what is not among them goes."""
    _deploy(properties)
    return made, {}


def delete(_: str, properties: Properties) -> None:
    """Take everything away, unless it is to stay."""
    if str(properties.get("RetainOnDelete", "true")).lower() != "true":
        _remove_all_but(boto3.client("s3"), properties["DestinationBucketName"], set())


def empty(_: str, properties: Properties) -> None:
    """Take everything out of a bucket that goes with its stack."""
    _remove_all_but(boto3.client("s3"), properties["BucketName"], set())


def _deploy(properties: Properties) -> None:
    s3, bucket = boto3.client("s3"), properties["DestinationBucketName"]
    put = set()
    sources = zip(properties["SourceBucketNames"], properties["SourceObjectKeys"], strict=True)
    for source, key in sources:
        archive = zipfile.ZipFile(io.BytesIO(s3.get_object(Bucket=source, Key=key)["Body"].read()))
        for name in (each for each in archive.namelist() if not each.endswith("/")):
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            s3.put_object(Bucket=bucket, Key=name, Body=archive.read(name), ContentType=kind)
            put.add(name)
    _remove_all_but(s3, bucket, put)
    if distribution := properties.get("DistributionId"):
        invalidate(distribution)


def _remove_all_but(s3: Any, bucket: str, kept: set[str]) -> None:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for each in page.get("Contents", []):
            if each["Key"] not in kept:
                s3.delete_object(Bucket=bucket, Key=each["Key"])
