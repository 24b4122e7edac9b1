"""Draws inputs by the batch, keeps every kind of fault with its first example, and weighs the process."""

import gc
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

T = TypeVar("T")
IN_CI = 5000
WANTED = int(os.environ.get("DIETDESK_FUZZ", "0"))
MORE_ALLOWED = 48 * 2**20  # bytes that the second half of a run may add
_LONGEST = 600
_BATCHES = 25  # that are drawn together
_PAGE = os.sysconf("SC_PAGE_SIZE")
_STATM = Path("/proc/self/statm")


class Faults(dict[str, str]):
    """What went wrong, and the first input that made it so."""

    def add(self, kind: str, example: object) -> None:
        if kind not in self:
            self[kind] = ascii(example)[:_LONGEST]
            print(kind, self[kind], flush=True)  # noqa: T201 - for -s: a long run tells at once

    def __str__(self) -> str:
        return "\n".join(f"{kind}\n    {example}" for kind, example in self.items())


def assert_none(faults: Faults) -> None:
    if faults:
        pytest.fail(str(faults), pytrace=False)


def share(part: float) -> int:
    """So many inputs for one test of them all."""
    return round((WANTED or IN_CI) * part)


def explore(
    inputs: st.SearchStrategy[T], wanted: int, work: Callable[[list[T]], None], *, at_once: int
) -> None:
    """`work` gets batches of `at_once`; asserts that the second half took no memory worth speaking of."""
    done, half = 0, 0
    first = secrets.randbits(32) if WANTED else 0
    for number in range(first, first + wanted // (at_once * _BATCHES) + 1):
        done += _some(inputs, work, at_once=at_once, number=number)
        if half == 0 and done * 2 >= wanted:
            half = _weight()
        print(done, flush=True)  # noqa: T201 - for -s
    whole = _weight()
    print(f"{done} inputs; {half / 2**20:.0f} MiB at half, {whole / 2**20:.0f} at the end")  # noqa: T201 - for -s
    assert done >= wanted
    assert whole - half <= MORE_ALLOWED


def _some(inputs: st.SearchStrategy[T], work: Callable[[list[T]], None], *, at_once: int, number: int) -> int:
    """How many. Hypothesis remembers all that it drew for one test, so it never draws very many for one."""
    done = 0

    @seed(number)
    @settings(
        max_examples=_BATCHES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    @given(st.lists(inputs, min_size=at_once, max_size=at_once))
    def go(batch: list[T]) -> None:
        nonlocal done
        work(batch)
        done += at_once

    go()
    return done


def _weight() -> int:
    """Bytes that the process holds; 0 where the system does not tell."""
    gc.collect()
    return int(_STATM.read_text(encoding="ascii").split()[1]) * _PAGE if _STATM.exists() else 0
