"""`python -m benchmarks [press|webhook|slots|start|scale|burst …]`: what it costs, beside its floor and its peers."""

import argparse
import asyncio
from collections.abc import Callable
from time import perf_counter

from benchmarks import burst, press, scale, slots, start, webhook

ROUNDS = 3
REMINDERS = 10_000
_SUITES: dict[str, Callable[[int], None]] = {
    "press": lambda rounds: asyncio.run(press.measure(rounds)),
    "webhook": lambda rounds: asyncio.run(webhook.measure(rounds)),
    "start": lambda rounds: asyncio.run(start.measure(rounds)),
    "slots": lambda _: slots.main(),
    "scale": lambda rounds: asyncio.run(scale.measure(rounds)),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("suites", nargs="*", help=f"of {', '.join(_SUITES)}; all of them by default")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="interleaved; the medians are shown")
    parser.add_argument("--reminders", type=int, default=REMINDERS, help="due at once in the suite burst")
    asked = parser.parse_args()
    _SUITES["burst"] = lambda _: asyncio.run(burst.measure(asked.reminders))
    begun = perf_counter()
    for name in asked.suites or _SUITES:
        if name not in _SUITES:
            parser.error(f"no suite {name!r}")
        _SUITES[name](asked.rounds)
    print(f"\n{perf_counter() - begun:.0f} s in all")


if __name__ == "__main__":
    main()
