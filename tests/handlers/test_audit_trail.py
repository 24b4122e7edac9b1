"""Who did what, as the admins read it, and what the operator's and their own doings leave there."""

from functools import partial
from pathlib import Path

from bot.backup import take
from bot.practice_file import read_practice
from bot.rotation import rotate_keys
from domain.ports import UnitOfWork
from domain.usecases.declare_practice import ApplyPractice
from domain.usecases.telling import by, record
from tests.bot.test_practice_applied import EXAMPLE
from tests.handlers.tour_back_office import desk
from tests.handlers.tour_invites import suspended
from tests.rig import HOSTILE, Rig

SECRET = "she forgets her insulin"


async def test_it_says_when_who_what_and_which_record(rig: Rig) -> None:
    scene = await suspended(rig)
    admin, public_id = scene.phone, scene.cast.dietitian.public_id
    await rig.say(admin, "/admin")
    await rig.press(admin, "Audit trail")
    lines = admin.last.text.splitlines()
    at = next(number for number, line in enumerate(lines) if "suspended" in line)
    assert lines[at - 1].endswith("02 Nov 2026, 09:00:00")
    assert lines[at].strip().endswith(f"(Sade): suspended · dietitian:{public_id}")
    assert "times in Africa/Lagos" in lines[0]


async def test_a_number_leads_to_all_that_was_done_to_the_same_record(rig: Rig) -> None:
    scene = await desk(rig)
    await rig.write(partial(done, rig=rig, times=11))
    await rig.press(scene.phone, "Audit trail")
    await rig.press(scene.phone, "2")
    first = scene.phone.last.text
    assert "Audit trail of request:ONE · page 1 of 2" in first
    assert [number for number in range(11) if f"step {number}\n" in f"{first}\n"] == list(range(3, 11))
    await rig.press(scene.phone, "›")
    assert "step 0" in scene.phone.last.text
    assert "request:TWO" not in first + scene.phone.last.text
    await rig.press(scene.phone, "All entries")
    assert "request:TWO" in scene.phone.last.text


def done(uow: UnitOfWork, rig: Rig, times: int) -> None:
    for number in range(times):
        record(uow, rig.clock.now(), "clock", f"step {number}", "request:ONE")
    record(uow, rig.clock.now(), "clock", "step", "request:TWO")


async def test_why_somebody_did_it_is_not_shown_and_names_are_only_words(rig: Rig) -> None:
    """A reason may be about somebody's health."""
    person, _ = await rig.person(name=HOSTILE)
    scene = await desk(rig)
    await rig.write(
        lambda uow: record(uow, rig.clock.now(), by(person.id), "declined", "request:X", why=SECRET)
    )
    await rig.press(scene.phone, "Audit trail")
    assert f"{by(person.id)} ({HOSTILE}): declined · request:X" in scene.phone.last.text
    assert SECRET not in scene.phone.last.text


async def test_an_entry_about_nobody_known_is_shown_by_its_number(rig: Rig) -> None:
    scene = await desk(rig)
    await rig.write(lambda uow: record(uow, rig.clock.now(), "person:987654", "agreed", "person:987654"))
    await rig.press(scene.phone, "Audit trail")
    assert "person:987654: agreed · person:987654" in scene.phone.last.text


async def test_a_practice_file_says_whom_it_changed(rig: Rig) -> None:
    practice = read_practice(EXAMPLE)
    apply = ApplyPractice(transactions=rig.database, clock=rig.clock, currency="NGN")
    await apply(practice)
    everyone = await rig.read(lambda uow: uow.dietitians.all())
    records = {f"dietitian:{one.public_id}": ["declared"] for one in everyone}
    assert records
    assert await actions(rig, *records) == records
    await apply(practice)
    assert await actions(rig, *records) == records, "nothing was changed"
    assert (await actions(rig, "practice:all"))["practice:all"] == ["applied practice"] * 2
    await apply(type(practice)(dietitians=()))
    assert await actions(rig, *records) == {name: ["declared", "put away"] for name in records}


async def actions(rig: Rig, *names: str) -> dict[str, list[str]]:
    """Those of the operator."""
    found = await rig.read(lambda uow: {name: uow.audit.of(name) for name in names})
    return {name: [one.action for one in of if one.actor == "operator"] for name, of in found.items()}


async def test_a_backup_and_new_keys_are_on_record(rig: Rig, tmp_path: Path) -> None:
    await take(rig.settings, rig.clock, tmp_path / "backup", print_nothing)
    assert await rotate_keys(rig.settings, rig.clock, print_nothing) == 0
    assert await actions(rig, "practice:all") == {"practice:all": ["took a backup", "rotated the keys"]}


def print_nothing(_: str) -> None:
    """The words are tested where they are made."""
