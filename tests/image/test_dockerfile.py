"""What the Dockerfile promises, read from it; what it builds is in test_build.py."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGETS = ("service", "simulator", "loadtest")
GROUPS = {"service": "service", "simulator": "simulator", "loadtest": "load"}


def instructions() -> list[str]:
    """The Dockerfile, an instruction a line, without comments."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    joined = "\n".join(line for line in lines if not line.startswith("#")).replace("\\\n", " ")
    return [re.sub(r"\s+", " ", line).strip() for line in joined.splitlines() if line.strip()]


def stages() -> dict[str, tuple[str, list[str]]]:
    """What each stage begins from, and its instructions."""
    found: dict[str, tuple[str, list[str]]] = {}
    for line in instructions():
        if begun := re.fullmatch(r"FROM (\S+) AS (\S+)", line):
            found[begun[2]] = (begun[1], [])
        elif found:
            list(found.values())[-1][1].append(line)
    return found


def lineage(target: str) -> list[str]:
    """All instructions that an image rests on, its base's first."""
    begins_from, own = stages()[target]
    return [*(lineage(begins_from) if begins_from in stages() else []), *own]


def names_with_hashes(lock: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==\S+(?: ;[^\\\n]*)? \\\n    --hash=sha256:", lock, re.MULTILINE))


def test_any_engine_can_build_it_since_nothing_is_buildkits_alone() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^# *syntax|^RUN --|^COPY --(?!from=)|^ADD|<<", text) == []


def test_each_base_image_can_be_replaced_and_is_pinned_by_a_tag() -> None:
    assert re.fullmatch(r"ARG BASE=\S+/python:3\.\d+-slim-\w+", instructions()[0])
    outside = {begins_from for begins_from, _ in stages().values() if begins_from not in stages()}
    assert outside == {"${BASE}"}


@pytest.mark.parametrize("target", TARGETS)
def test_each_image_runs_as_a_numbered_user_who_is_not_root(target: str) -> None:
    users = [line.split()[1] for line in lineage(target) if line.startswith("USER")]
    assert users == ["10001:10001"]


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_is_run_in_an_image_after_it_left_root_and_its_program_gets_the_signals(target: str) -> None:
    told = lineage(target)
    after = told[told.index("USER 10001:10001") :]
    assert [line for line in after if line.startswith("RUN")] == []
    assert "STOPSIGNAL SIGTERM" in after
    assert re.fullmatch(r'ENTRYPOINT \["[^]]*"\]', after[-1])  # no shell between


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_takes_over_finished_folders_and_no_tool(target: str) -> None:
    copied = [line for line in lineage(target) if line.startswith("COPY --from")]
    assert copied == [
        f"COPY --from={target}-packages /opt/ballast /opt/ballast",
        f"COPY --from={target}-built /opt/project /opt/project",
    ]
    assert f"install-locked {GROUPS[target]} /opt/ballast" in lineage(f"{target}-packages")[-1]


def test_packages_come_from_the_lock_alone_and_each_by_a_hash_that_it_has() -> None:
    script = (ROOT / "image/install-locked").read_text(encoding="utf-8")
    resolved, installed = re.findall(r"^uv pip (?:compile|install) .*$", script, re.MULTILINE)
    assert "--constraints requirements.lock" in resolved
    for option in ("--no-deps", "--no-build", "--require-hashes", "--constraints requirements.lock"):
        assert option in installed


def test_uv_itself_comes_by_hash_and_at_the_version_that_make_installs() -> None:
    pinned = (ROOT / "requirements-uv.txt").read_text(encoding="utf-8")
    assert names_with_hashes(pinned) == {"uv"}
    assert any("--require-hashes --requirement requirements-uv.txt" in line for line in stages()["tools"][1])


@pytest.mark.parametrize("group", [*GROUPS.values(), "build"])
def test_the_lock_has_a_hash_for_every_package_of_a_targets_group(group: str) -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]

    def names(group: str) -> set[str]:
        told: set[str] = set()
        for entry in groups[group]:
            told |= names(entry["include-group"]) if isinstance(entry, dict) else {re.split(r"[\[=<>]", entry)[0]}
        return told

    locked = names_with_hashes((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    assert names(group) - locked == set()


def test_no_development_tool_is_in_a_targets_group() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    assert all(
        {"include-group": unwanted} not in groups[group] for group in GROUPS.values() for unwanted in ("dev", "ops")
    )


def test_a_build_sees_what_is_named_and_no_secret_history_or_environment() -> None:
    rules = [
        line
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert rules[0] == "*"
    allowed = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    copied = {
        source
        for line in instructions()
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    }
    assert {source.partition("/")[0] for source in copied} == allowed
    assert rules[-2:] == ["**/__pycache__", "**/.*"]  # after what is let in: also a .env within it stays out


@pytest.mark.parametrize("target", ["service", "simulator"])
def test_the_platform_asks_whether_it_lives_with_pythons_own_library(target: str) -> None:
    (check,) = [line for line in stages()[target][1] if line.startswith("HEALTHCHECK")]
    assert re.search(r'CMD \["python", "-c", "import (?:os, )?urllib\.request; .*/health/live', check)
