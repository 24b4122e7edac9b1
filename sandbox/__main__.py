"""The demo: the whole product against the stand-ins, with a believable practice."""

import asyncio
import signal
import socket
import sys
import tempfile
from pathlib import Path

from sandbox.stage import DIETITIAN, Stage, free_port

PREFERRED_PORT = 8765


def _port() -> int:
    """The preferred one, so that a bookmark stays good; another where it is taken."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", PREFERRED_PORT))
        except OSError:
            return free_port()
    return PREFERRED_PORT


async def demo() -> None:
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    with tempfile.TemporaryDirectory(prefix="dietdesk-demo-") as directory:
        async with Stage(directory=Path(directory), port=_port()) as stage:
            await stage.seed()
            await stage.start()
            await stage.telegram.phone(DIETITIAN, first_name="Ada", last_name="Obi").start()
            sys.stdout.write(
                f"\nDietdesk is running against its sandbox. Open this in a browser:\n\n    {stage.root}/\n\n"
                f"The program's log: {stage.log}\nCtrl+C stops everything.\n"
            )
            sys.stdout.flush()
            await stop.wait()


if __name__ == "__main__":
    asyncio.run(demo())
