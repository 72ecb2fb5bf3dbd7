"""The service that answers is the deployed one, at its own address and through CloudFront."""

from ops.checks.finding import Finding, judged
from ops.deployment.identity import Identity

NAME = "identity"


def judge(own: Identity, edge: Identity | None, *, environment: str, version: str | None) -> Finding:
    """`edge` is who answers through CloudFront, None when there is none; `version` None: any."""
    met = {"at its own address": own} | ({} if edge is None else {"through CloudFront": edge})
    problems = [problem for where, said in met.items() for problem in _problems(where, said, environment, version)]
    if not problems and edge is not None:
        problems = _differences(own, edge)
    return judged(
        NAME,
        problems,
        seen=f"ballast {own.version} of {own.environment}" + ("" if edge is None else ", the same boot at both doors"),
        expected=f"ballast {version or 'of any version'} of {environment}"
        + ("" if edge is None else ", the same boot at its own address and through CloudFront"),
        next_step="See whether the outputs are of this deployment, and whether CloudFront's origin is this service.",
    )


def _problems(where: str, said: Identity, environment: str, version: str | None) -> list[str]:
    if said.service != "ballast":
        return [f"{where} /identity was answered {said.status} by {said.service or 'what is not ballast'}"]
    wrong = []
    if said.environment != environment:
        wrong.append(f"{where} answers {said.environment}")
    if version is not None and said.version != version:
        wrong.append(f"{where} answers version {said.version}")
    return wrong


def _differences(own: Identity, edge: Identity) -> list[str]:
    if own.version != edge.version:
        return [f"version {own.version} at its own address, {edge.version} through CloudFront"]
    if own.boot_id != edge.boot_id:
        return [f"boot {own.boot_id} at its own address is never met through CloudFront"]
    return []
