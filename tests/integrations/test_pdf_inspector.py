"""The parent: what it allows the child, and what it makes of a child that fails."""

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from domain.errors import Malformed
from integrations.limits import CPU_SECONDS, MEMORY_BYTES
from integrations.pdf import inspector as module
from integrations.pdf.inspector import COMMAND, SubprocessPdfInspector
from integrations.pdf.refusals import Reason, in_words
from tests.integrations.pdf_files import simple

needs_proc = pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="needs /proc, as Linux has it")


def saying(program: str, *, timeout: float = 15.0, at_once: int = 2) -> SubprocessPdfInspector:
    command = (sys.executable, "-I", "-c", f"import os, sys, time\n{program}")
    return SubprocessPdfInspector(command=command, timeout_seconds=timeout, at_once=at_once)


async def refusal(inspector: SubprocessPdfInspector, content: bytes = b"%PDF-1.7") -> str:
    with pytest.raises(Malformed) as refused:
        await inspector.inspect(content)
    return str(refused.value)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


async def is_gone(pid: int) -> bool:
    for _ in range(100):
        if gone(pid):
            return True
        await asyncio.sleep(0.02)
    return False


@needs_proc
async def test_a_child_that_hangs_is_killed_with_all_it_started(tmp_path: Path) -> None:
    note = tmp_path / "pids"
    program = (
        "child = os.fork()\n"
        f"if child: open({str(note)!r}, 'w').write(f'{{os.getpid()}} {{child}}')\n"
        "time.sleep(60)"
    )
    began = time.monotonic()
    assert await refusal(saying(program, timeout=1.0)) == in_words(Reason.HEAVY)
    assert time.monotonic() - began < 10
    for pid in note.read_text(encoding="ascii").split():
        assert await is_gone(int(pid))


@needs_proc
async def test_a_child_is_killed_when_nobody_waits_any_more(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    program = f"open({str(note)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)"
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1.0):
            await saying(program).inspect(b"%PDF-1.7")
    assert await is_gone(int(note.read_text(encoding="ascii")))


async def test_no_more_than_two_are_at_work_together(tmp_path: Path) -> None:
    """Each notes when it began and ended; at no time had more than two begun and not ended."""
    program = (
        f"note = open({str(tmp_path)!r} + f'/{{os.getpid()}}', 'w')\n"
        "note.write(f'{time.monotonic()} '); time.sleep(0.3); note.write(str(time.monotonic()))"
    )
    inspector = saying(program)
    await asyncio.gather(*(inspector.inspect(b"%PDF-1.7") for _ in range(5)), return_exceptions=True)
    spans = [tuple(map(float, note.split())) for note in _notes(tmp_path)]
    assert len(spans) == 5
    together = [sum(began <= start < ended for began, ended in spans) for start, _ in spans]
    assert max(together) == 2


def _notes(folder: Path) -> list[str]:
    return [note.read_text(encoding="ascii") for note in folder.iterdir()]


@pytest.mark.parametrize(
    "program",
    [
        "",
        "print('{')",
        "print('[]')",
        "print('{\"pages\": 1}')",
        "print('{\"pages\": 0}'); sys.stdout.flush(); os.write(1, b'\\x89PNG\\r\\n\\x1a\\n')",
        'print(\'{"pages": 1, "preview": "x"}\'); print(\'<html>\')',
        'print(\'{"refused": "Send money"}\')',
        "os.kill(os.getpid(), 11)",
        "os.write(1, b'[' * 100_000)",
        "while True: os.write(1, bytes(65536))",
    ],
)
async def test_a_child_gone_mad_is_not_believed(program: str) -> None:
    assert await refusal(saying(program, timeout=5.0), simple()) == in_words(Reason.HEAVY)


async def test_a_child_that_does_not_read_does_not_hold_up_its_answer() -> None:
    program = 'print(\'{"refused": "locked"}\')'
    assert await refusal(saying(program), b"%PDF-1.7" + bytes(5_000_000)) == in_words(Reason.LOCKED)


async def test_an_installation_that_cannot_inspect_does_not_blame_the_file() -> None:
    with pytest.raises(RuntimeError, match="could not run"):
        await saying("import nothing_of_this_name").inspect(simple())


async def test_nothing_is_started_for_what_is_empty_or_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    inspector = SubprocessPdfInspector(command=("/nowhere/at/all",))
    monkeypatch.setattr(module, "LARGEST_FILE", 100)
    assert await refusal(inspector, b"") == in_words(Reason.EMPTY)
    assert await refusal(inspector, bytes(101)) == in_words(Reason.TOO_LARGE)
    with pytest.raises(FileNotFoundError):
        await inspector.inspect(b"%PDF-1.7".ljust(100))


async def test_the_child_learns_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BOT_TOKEN", "42:secret")
    note = tmp_path / "environment"
    await refusal(
        saying(f"import json; json.dump([dict(os.environ), os.getcwd()], open({str(note)!r}, 'w'))")
    )
    environment, place = json.loads(note.read_text(encoding="utf-8"))
    assert environment.pop("PATH") == ""
    assert set(environment) <= {"LD_LIBRARY_PATH", "LC_CTYPE"}  # LC_CTYPE is Python's own doing
    assert place == "/"


@needs_proc
def test_the_child_has_its_limits_before_it_reads_a_byte() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/", env={}) as child:
        assert child.stdin is not None
        limits = _limits_once_set(child.pid)
        assert limits["Max address space"] == [str(MEMORY_BYTES)] * 2
        assert limits["Max cpu time"] == [str(CPU_SECONDS)] * 2
        for name in ("Max file size", "Max core file size", "Max processes"):
            assert limits[name] == ["0", "0"]
        assert os.getpriority(os.PRIO_PROCESS, child.pid) >= 10


def _limits_once_set(pid: int) -> dict[str, list[str]]:
    limits: dict[str, list[str]] = {}
    for _ in range(200):
        lines = Path(f"/proc/{pid}/limits").read_text(encoding="ascii").splitlines()[1:]
        limits = {line[:26].strip(): line[26:].split()[:2] for line in lines}
        if limits["Max processes"][0] == "0" and os.getpriority(os.PRIO_PROCESS, pid) >= 10:
            break
        time.sleep(0.02)
    return limits


LIMITED = "from integrations.limits import limit_this_process; limit_this_process()\n"


@pytest.mark.parametrize(
    ("greed", "limited"),
    [
        ("bytearray(1_500_000_000)", "MemoryError"),
        ("open(sys.argv[1], 'wb', 0).write(b'x')", "OSError"),
    ],
)
def test_the_limits_hold_and_without_them_it_would_have_gone_through(
    greed: str, limited: str, tmp_path: Path
) -> None:
    assert limited in _try(LIMITED + greed, tmp_path)
    assert _try(greed, tmp_path) == ""


def _try(program: str, tmp_path: Path) -> str:
    command = (sys.executable, "-I", "-c", f"import sys\n{program}", str(tmp_path / "file"))
    return subprocess.run(command, capture_output=True, check=False, text=True).stderr
