"""What can go wrong on the way to a stand-in: refused, hung, dropped, before or after the work was done."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from aiohttp import web


class FaultKind(StrEnum):
    STATUS = "status"  # answer with this status and body
    HANG = "hang"  # wait, then go on as if nothing had happened
    DROP = "drop"  # close the connection without an answer


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault. `match` is a shell pattern over the call's name: `sendMessage`, `POST /transaction/*`."""

    match: str
    kind: FaultKind
    after: bool = False  # True: the work is done first and only the answer suffers
    status: int = 500
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    times: int = 1  # -1: until cleared
    skip: int = 0  # let so many matching calls pass first


class Faults:
    """The faults a stand-in still has to commit, in the order they were planned."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []

    def plan(self, fault: Fault) -> None:
        self._planned.append(fault)

    def clear(self) -> None:
        self._planned.clear()

    def take(self, name: str) -> Fault | None:
        for fault in self._planned:
            if not fnmatchcase(name, fault.match):
                continue
            if fault.skip:
                fault.skip -= 1
                return None
            if fault.times > 0:
                fault.times -= 1
            if fault.times == 0:
                self._planned.remove(fault)
            return fault
        return None

    async def around(
        self, name: str, request: web.Request, work: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Do the work for `name`, unless a planned fault says otherwise."""
        fault = self.take(name)
        if fault is None:
            return await work()
        done = await work() if fault.after else None
        match fault.kind:
            case FaultKind.HANG:
                await request.read()  # it has arrived: the work is done even if nobody waits for the answer
                await asyncio.sleep(fault.seconds)
                return done or await work()
            case FaultKind.DROP:
                if request.transport is not None:
                    request.transport.abort()
                return done or web.Response(status=500)
            case FaultKind.STATUS:
                return web.json_response(fault.body, status=fault.status, headers=fault.headers)
