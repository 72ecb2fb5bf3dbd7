"""The documents of the house agree with its files."""

import json
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def direct_dependencies() -> set[str]:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    return {re.split(r"[\[=<>]", entry)[0] for group in groups.values() for entry in group if isinstance(entry, str)}


def test_every_direct_dependency_has_its_reason_written_down() -> None:
    reasons = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    assert [name for name in sorted(direct_dependencies()) if not re.search(rf"\b{name}\b", reasons)] == []


def test_the_lock_pins_every_direct_dependency_with_hashes() -> None:
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    missing = [
        n
        for n in sorted(direct_dependencies())
        if not re.search(rf"^{n}(?:\[[^]]*\])?==.*\\\n +--hash=", locked, re.MULTILINE)
    ]
    assert missing == []


def test_every_lock_that_make_installs_is_made_by_make_lock_as_its_head_says() -> None:
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    locks = re.findall(r"^\$\(\w*READY\):.*?(\S*requirements\.lock)", made, re.MULTILINE)
    heads = {lock: (ROOT / lock).read_text(encoding="utf-8").splitlines()[1].removeprefix("#    ") for lock in locks}
    assert "benchmarks/requirements.lock" in locks
    assert [lock for lock, by in heads.items() if f"\t$(BIN)/{by}\n" not in made.replace(" --quiet", "")] == []


def test_the_lock_names_no_package_registry() -> None:
    assert "index-url" not in re.sub(
        r"^#.*$", "", (ROOT / "requirements.lock").read_text(encoding="utf-8"), flags=re.MULTILINE
    )


def test_every_package_of_npm_has_its_reason_written_down_and_its_lock_names_no_registry() -> None:
    reasons = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name in wanted if name not in reasons] == []
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert [name for name, package in locked.items() if "resolved" in package] == []
    assert [name for name, package in locked.items() if name and "integrity" not in package] == []
