"""The demo: the whole product against the stand-ins, with a believable practice."""

import asyncio
import signal
import socket
import sys
import tempfile
from pathlib import Path

from sandbox.past import PAST, live_through
from sandbox.stage import Stage

PREFERRED_PORT = 8765
TOUR = (
    "Ada's phone: New request → Consultation → First consultation → Amina Bello → Skip → Send",
    "Amina's phone: Approve → a day → a time → Pay → pay on the page that opens, then close it",
    "Both say confirmed and have Join. Now try a new client (Tunde), Google Meet, or the clock",
)


def _listener() -> socket.socket:
    """On the preferred port, so that a bookmark stays good; on another where it is taken."""
    try:
        return socket.create_server(("127.0.0.1", PREFERRED_PORT))
    except OSError:
        return socket.create_server(("127.0.0.1", 0))


async def demo() -> None:
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    with tempfile.TemporaryDirectory(prefix="dietdesk-demo-") as directory:
        sys.stdout.write("Starting the sandbox and the program ...\n")
        sys.stdout.flush()
        async with Stage(directory=Path(directory), listener=_listener(), tour=TOUR) as stage:
            stage.clock.advance(-PAST)
            await stage.seed()
            await stage.start()
            await live_through(stage)
            sys.stdout.write(
                f"\nDietdesk is running against its sandbox. Open this in a browser:\n\n    {stage.root}/\n\n"
                f"The program's log: {stage.log}\nCtrl+C stops everything.\n"
            )
            sys.stdout.flush()
            await stop.wait()


if __name__ == "__main__":
    asyncio.run(demo())
