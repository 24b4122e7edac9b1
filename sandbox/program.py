"""The real program with one override: the movable clock. `python -m sandbox.program CLOCK_FILE`."""

import gc
import sys
from pathlib import Path

from sandbox.clock import MovableClock


def main(clock: Path) -> None:
    gc.disable()  # as `dietdesk run`: what is loaded now stays
    from bot.cli import settings_or_exit
    from bot.logs import set_up_logs
    from bot.program import serve

    gc.enable()
    settings = settings_or_exit()
    set_up_logs(level=settings.log_level, form=settings.log_format, secrets=settings.secrets)
    serve(settings, MovableClock(clock))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
