from pathlib import Path

import pytest

from service.watchdogs.memory import Memory

MACHINE = Memory(proc=Path("/nowhere"), groups=Path("/nowhere")).read().limit
PAGE = 4096


class Machine:
    """The files by which Linux tells of memory."""

    def __init__(self, folder: Path) -> None:
        self.proc, self.groups = folder / "proc", folder / "cgroup"
        self.write("proc/self/statm", "9000 1000 500 1 0 2000 0\n")
        self._folder = folder

    def write(self, name: str, text: str) -> None:
        path = self.proc.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")

    def limit(self) -> int:
        return Memory(proc=self.proc, groups=self.groups).read().limit


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_what_is_resident_is_used(machine: Machine) -> None:
    memory = Memory(proc=machine.proc, groups=machine.groups)
    assert memory.read().used % 1000 == 0
    assert memory.read().used >= 1000 * PAGE


def test_without_a_control_group_the_machine_is_the_limit(machine: Machine) -> None:
    assert machine.limit() == MACHINE


def test_the_least_limit_of_the_group_and_those_around_it_holds(machine: Machine) -> None:
    machine.write("proc/self/cgroup", "0::/system/service\n")
    machine.write("cgroup/system/service/memory.max", "max\n")
    machine.write("cgroup/system/memory.max", "2000000\n")
    machine.write("cgroup/memory.max", "3000000\n")
    assert machine.limit() == 2_000_000


def test_a_container_sees_its_own_group_as_the_root(machine: Machine) -> None:
    machine.write("proc/self/cgroup", "0::/docker/1234\n")
    machine.write("cgroup/memory.max", "1000000\n")
    assert machine.limit() == 1_000_000


def test_the_first_version_of_control_groups_is_read_too(machine: Machine) -> None:
    machine.write("proc/self/cgroup", "3:cpu:/a\n2:hugetlb,memory:/a\n0::/\n")
    machine.write("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
    machine.write("cgroup/memory/a/memory.limit_in_bytes", "1500000\n")
    assert machine.limit() == 1_500_000


def test_where_linux_does_not_tell_the_peak_and_the_machine_are_taken() -> None:
    memory = Memory(proc=Path("/nowhere"), groups=Path("/nowhere")).read()
    assert 1_000_000 < memory.used < memory.limit


def test_this_process_has_some_memory_of_what_it_may_have() -> None:
    memory = Memory().read()
    assert 1_000_000 < memory.used < memory.limit <= MACHINE
