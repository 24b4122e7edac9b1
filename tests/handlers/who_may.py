"""How the tests read the table of rights: who of the people of `two_practices` may, and how a refusal sounds."""

import pytest

from handlers import rights, router
from handlers.rights import Record, Right, Standing, Whose
from tests.handlers import good_presses
from tests.handlers.two_practices import (
    ADMIN,
    CLIENT,
    DIETITIAN,
    OTHER_CLIENT,
    OTHER_DIETITIAN,
    Rows,
    TwoPractices,
    changed,
)

STRANGERS = (OTHER_CLIENT, OTHER_DIETITIAN)
EVERYBODY = {CLIENT, DIETITIAN, ADMIN, *STRANGERS}
SIDES = {
    Whose.CLIENTS: {CLIENT},
    Whose.DIETITIANS: {DIETITIAN},
    Whose.EITHERS: {CLIENT, DIETITIAN},
    Whose.EITHERS_OR_ADMINS: {CLIENT, DIETITIAN, ADMIN},
    Whose.ADMINS: {ADMIN},
    Whose.INVITED: {DIETITIAN, OTHER_DIETITIAN},
    Whose.OWN: EVERYBODY,
    Whose.EVERYBODYS: EVERYBODY,
}
STANDING = {
    Standing.ANYBODY: EVERYBODY,
    Standing.DIETITIAN: {DIETITIAN, OTHER_DIETITIAN},
    Standing.TAKES_NEW: {DIETITIAN, OTHER_DIETITIAN},
    Standing.ADMIN: {ADMIN},
    Standing.DIETITIAN_OR_ADMIN: {DIETITIAN, OTHER_DIETITIAN, ADMIN},
}
NUMBERED = (Record.CLIENT, Record.QUEUE_ROW, Record.AUDIT_ENTRY, Record.ERASURE)
NOWHERE = dict.fromkeys(NUMBERED, "999999999")  # all else is called `ZZZZZZZZZZ`
REFUSALS = {router.NOT_YOURS, router.MOVED_ON, router.YOU_ARE_SUSPENDED, router.SUSPENDED}
PRESSED = {verb: rights.PRESSES[verb] for verb in good_presses.PRESSES}
ASKED = {kind: rights.STEPS[kind] for kind in good_presses.STEPS}
LITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
"""What both engines answer alike, because it is decided before either is asked."""


def may(right: Right, actor: str) -> bool:
    return actor in STANDING[right.standing] and actor in SIDES[right.whose]


def unknown(right: Right) -> str:
    return NOWHERE.get(right.subject, "ZZZZZZZZZZ")


async def unchanged(house: TwoPractices, before: Rows) -> None:
    assert changed(before, await house.rows()) == []
    assert await house.rig.failed() == []
