"""SIGTERM where it used to find nobody: while the program loads, and after all is done."""

import asyncio
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
AT_THE_FIRST_IMPORT = """
import os, signal, sys

class Finder:
    def find_spec(self, name, *_):
        if name == "bot.settings":
            os.kill(os.getpid(), signal.{signum})

sys.meta_path.insert(0, Finder())
from bot.cli import main
main(["run"])
"""
AT_THE_VERY_END = """
import asyncio, logging, os, signal
from bot import program

async def run(*_):
    program._on_signals(asyncio.Event(), asyncio.timeout(None))

program.run = run
logging.shutdown = lambda: os.kill(os.getpid(), signal.{signum})
program.serve(None, None)
"""


async def _exit_codes(script: str) -> list[int | None]:
    codes: list[int | None] = []
    for signum in ("SIGTERM", "SIGINT"):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", script.format(signum=signum), cwd=ROOT
        )
        codes.append(await process.wait())
    return codes


async def test_a_signal_before_anything_is_loaded_is_a_good_end() -> None:
    assert await _exit_codes(AT_THE_FIRST_IMPORT) == [0, 0]


async def test_a_signal_after_all_is_done_changes_nothing() -> None:
    assert await _exit_codes(AT_THE_VERY_END) == [0, 0]
