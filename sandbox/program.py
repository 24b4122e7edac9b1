"""The real program with one override: the movable clock. `python -m sandbox.program CLOCK_FILE`."""

import asyncio
import sys
from pathlib import Path

from bot.cli import settings_or_exit
from bot.logs import set_up_logs
from bot.program import run
from sandbox.clock import MovableClock

if __name__ == "__main__":
    settings = settings_or_exit()
    set_up_logs(level=settings.log_level, form=settings.log_format, secrets=settings.secrets)
    asyncio.run(run(settings, MovableClock(Path(sys.argv[1]))))
