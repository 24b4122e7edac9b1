"""A screen of the tour come to, and what presses there make of the chat and of the records."""

import asyncio
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from domain.ports import UnitOfWork
from handlers.callbacks import Press, Verb, parse
from sandbox.telegram.phone import Phone
from sandbox.telegram.seen import Button, SeenMessage
from storage.tables import inbox, metadata
from storage.uow import SqlUnitOfWork
from tests.handlers.tour import Arrive, Scene, callbacks
from tests.handlers.tour_shop import put_away
from tests.rig import Rig, told

# what is new each time, however equal the story: names of records, secrets of links
_RANDOM = re.compile(
    r"RQ\d{8}|DD-[0-9a-f]{32}|(?<=start=)[\w-]+|(?<=Client )\d+|(?<=person:)\d+|\b[2-9A-HJ-NP-Z]{10}\b"
    r"|(?<=meet.google.com/)[a-z-]+|(?<=#)(?:\d+|\w{4})\b"
)
# That something came in changes nothing. As text: a program of its own for each test would compile them anew.
_COLUMNS = {
    table.name: [column.name for column in told(table)]
    for table in metadata.tables.values()
    if table is not inbox
}
_KEYS = {name: ", ".join(metadata.tables[name].primary_key.columns.keys()) for name in _COLUMNS}
_ROWS = {
    name: f"SELECT {', '.join(columns)} FROM {name} ORDER BY {_KEYS[name]}"
    for name, columns in _COLUMNS.items()
}

Shown: TypeAlias = tuple[str, list[list[str]]]
Records: TypeAlias = dict[str, list[Mapping[str, Any]]]
Place: TypeAlias = tuple[Verb, int]


def shown(message: SeenMessage) -> Shown:
    return _RANDOM.sub("…", message.text), [
        [_RANDOM.sub("…", button.label) for button in row] for row in message.buttons
    ]


def chat(phone: Phone) -> list[Shown]:
    return [shown(message) for message in phone.messages if not message.mine]


def buttons_of(scene: Scene) -> dict[Place, tuple[Button, Press]]:
    """By their verbs, and which of those with the same: a list that grows moves what stands below it."""
    found: dict[Place, tuple[Button, Press]] = {}
    before: Counter[Verb] = Counter()
    for button in callbacks(scene.bubble):
        assert button.data is not None
        press = parse(button.data)
        found[press.verb, before[press.verb]] = button, press
        before[press.verb] += 1
    return found


def _all_rows(uow: UnitOfWork) -> Records:
    # as they are stored: a program of its own for each test would compile these statements each time
    assert isinstance(uow, SqlUnitOfWork)
    run = uow.connection.exec_driver_sql
    return {
        name: [dict(zip(columns, row, strict=True)) for row in run(_ROWS[name])]
        for name, columns in _COLUMNS.items()
    }


async def everything(rig: Rig) -> Records:
    records: Records = await rig.read(_all_rows)
    return records


def _counted(records: Records) -> Counter[str]:
    """How much there is of each kind, whatever it is called."""
    found = Counter({name: len(records[name]) for name in ("people", "clients", "links", "connections")})
    for table in ("requests", "bookings", "payments", "refunds"):
        found.update(f"{table} {row['state']}" for row in records[table])
    found.update(f"ledger {row['target']}" for row in records["ledger"])
    found.update(f"outbox {row['key'].partition(':')[0]}" for row in records["outbox"])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`grown` is how many records of each kind there are more; `spoke` where the chat has a message more."""

    chat: Sequence[Shown]
    grown: Mapping[str, int]
    changed: bool
    spoke: bool


class Visit:
    """Its buttons are pressed as they were shown first, also where the message says something else by then."""

    def __init__(self, rig: Rig, scene: Scene) -> None:
        self._rig = rig
        self._phone = scene.phone
        self.bubble = scene.bubble
        self.buttons = buttons_of(scene)

    @classmethod
    async def to(cls, arrive: Arrive, rig: Rig) -> "Visit":
        await rig.write(put_away)
        return cls(rig, await arrive(rig))

    def different(self) -> list[Place]:
        """One button of each kind: of fourteen days the first."""
        kinds: dict[tuple[Verb, bool], Place] = {}
        for place, (_, press) in self.buttons.items():
            kinds.setdefault((press.verb, press.argument.isalpha()), place)
        return list(kinds.values())

    async def press(self, place: Place, *, times: int = 1) -> Told:
        """So many presses at once."""
        rig, phone, (button, _) = self._rig, self._phone, self.buttons[place]
        before, messages = await everything(rig), len(phone.messages)
        answers = await asyncio.gather(*(phone.press_button(self.bubble.id, button) for _ in range(times)))
        assert all(answer.answered for answer in answers)
        await rig.settled()
        assert phone.unanswered_callbacks == []
        after = await everything(rig)
        grown = _counted(after)
        grown.subtract(_counted(before))
        more = {kind: change for kind, change in grown.items() if change}
        spoke = len(phone.messages) > messages
        return Told(chat=chat(phone), grown=more, changed=after != before, spoke=spoke)
