"""What the child may use. POSIX has all of it, macOS not every limit, Windows none: there the clock alone bounds it."""

import os
import sys
from contextlib import suppress

MEMORY_BYTES = 1024**3
CPU_SECONDS = 10
_OPEN_FILES = 64


def limit_this_process() -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - POSIX only

    wanted = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_NPROC: 0,
    }
    for limit, value in wanted.items():
        with suppress(OSError, ValueError):  # one that this system does not know, or has set lower
            resource.setrlimit(limit, (value, value))
    with suppress(OSError):
        os.nice(10)
