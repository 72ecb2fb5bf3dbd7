"""CloudFront's distributions: kept by ministack, each answered by an edge of ours. Imported by the extension alone."""

import os
from collections.abc import Mapping
from typing import Any

from ministack.services import cloudfront

from harness.emulator.edge import Configuration, Edge

Properties = Mapping[str, Any]
Made = tuple[str, dict[str, str]]

_edges: dict[str, Edge] = {}  # by the distribution's id
_policies: dict[str, Properties] = {}  # of response headers, by id


def with_edges(handlers: Mapping[str, Any]) -> dict[str, Any]:
    """The handlers of a distribution, with an edge of ours under the name that ministack makes up."""

    def create(logical_id: str, properties: Properties, stack: str) -> Made:
        made, attributes = handlers["create"](logical_id, properties, stack)
        _edges[made] = Edge(
            gateway=os.environ["AWS_ENDPOINT_URL"].removeprefix("http://"), node=os.environ["BALLAST_NODE"]
        )
        _edges[made].configure(_configuration(properties))
        cloudfront._distributions[made]["DomainName"] = _edges[made].address
        return made, {**attributes, "DomainName": _edges[made].address}

    def update(made: str, old: Properties, new: Properties, stack: str, logical_id: str) -> Made:
        _edges[made].configure(_configuration(new))
        updated: Made = handlers["update"](made, old, new, stack, logical_id)
        return updated

    def delete(made: str, properties: Properties) -> None:
        handlers["delete"](made, properties)
        _edges.pop(made).close()

    return {**handlers, "create": create, "update": update, "delete": delete}


def with_policies_noted(handlers: Mapping[str, Any]) -> dict[str, Any]:
    """The handlers of a response headers policy, whose template we read ourselves."""

    def create(logical_id: str, properties: Properties, stack: str) -> Made:
        made, attributes = handlers["create"](logical_id, properties, stack)
        _policies[made] = properties["ResponseHeadersPolicyConfig"]
        return made, attributes

    def update(made: str, old: Properties, new: Properties, *rest: str) -> Made:
        _policies[made] = new["ResponseHeadersPolicyConfig"]
        updated: Made = handlers["update"](made, old, new, *rest)
        return updated

    return {**handlers, "create": create, "update": update}


def invalidate(distribution: str) -> None:
    """Have an edge forget what it keeps."""
    _edges[distribution].invalidate()


def _configuration(properties: Properties) -> Configuration:
    return Configuration(distribution=properties["DistributionConfig"], headers=_headers, function=_code)


def _code(arn: str) -> str:
    live = next(each["live_body"] for each in cloudfront._functions.values() if each["arn"] == arn)
    code: bytes = live["code"]
    return code.decode()


def _headers(policy: str) -> dict[str, str]:
    said = _policies[policy].get("SecurityHeadersConfig", {})
    headers = {}
    if content := said.get("ContentSecurityPolicy"):
        headers["Content-Security-Policy"] = content["ContentSecurityPolicy"]
    if "ContentTypeOptions" in said:
        headers["X-Content-Type-Options"] = "nosniff"
    if referrer := said.get("ReferrerPolicy"):
        headers["Referrer-Policy"] = referrer["ReferrerPolicy"]
    if strict := said.get("StrictTransportSecurity"):
        subdomains = "; includeSubDomains" if strict.get("IncludeSubdomains") else ""
        headers["Strict-Transport-Security"] = f"max-age={strict['AccessControlMaxAgeSec']}{subdomains}"
    return headers
