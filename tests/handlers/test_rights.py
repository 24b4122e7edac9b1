"""Who may do what. Every combination that the table forbids is tried: it changes nothing, and says no more than where
there is nothing. Every combination that it allows is let through.
"""

from dataclasses import replace

import pytest

from domain.model.step import StepKind
from domain.usecases.telling import by
from handlers import carrying, rights, router, typed, without_consent
from handlers.callbacks import Verb, parse
from handlers.rights import Record, Right, Standing, Whose
from tests.handlers import good_presses
from tests.handlers.two_practices import ADMIN, CLIENT, DIETITIAN, NEWCOMER, Rows, TwoPractices, two_practices
from tests.handlers.who_may import (
    LITE,
    NOWHERE,
    PRESSED,
    REFUSALS,
    STANDING,
    STRANGERS,
    may,
    unchanged,
    unknown,
)
from tests.rig import Rig

pytestmark = pytest.mark.timeout(300)  # some thousand presses, which a busy machine draws out

# without a subject it is about themselves
OR_NOTHING = {Verb.AGREE, Verb.PUBLIC_LINK, Verb.CONSENT, Verb.DROP_CONSENT, Verb.DROP_CONSENT_SURE}
NEED_MAIL = {Verb.MAIL_NOTICE, Verb.MAIL_AGREE}  # which is not sent here
LOOKS = {
    Verb.DESK_PAYMENT, Verb.DESK_HISTORY, Verb.DESK_LEDGER, Verb.DESK_STATS_ROWS, Verb.DESK_SESSION,
    Verb.DESK_FAILED_ONE, Verb.DIETITIAN, Verb.LEAVING,
}  # fmt: skip
"""At somebody's record, or at everybody's at once."""
QUESTIONS = {Verb.LEAVE_CANCEL, Verb.LEAVE_KEEP, Verb.LEAVE_ERASE}
"""Before a word that cannot be taken back: kept is that they were asked."""
NEVER_OURS = ("-1", "0", "9" * 18, "x", "__")


def first(right: Right) -> str:
    """Whoever may, where one of them will do."""
    return next(actor for actor in (CLIENT, DIETITIAN, ADMIN) if may(right, actor))


def with_subject(data: str, subject: str) -> str:
    version, verb, _, *rest = data.split(":")
    return ":".join((version, verb, subject, *rest))


def test_everything_has_its_row() -> None:
    assert set(rights.PRESSES) == set(router.PRESSES) == set(Verb)
    assert set(rights.COMMANDS) == set(router.COMMANDS)
    assert set(rights.STEPS) == set(typed._ANSWERS) == set(StepKind)
    assert set(good_presses.PRESSES) == set(Verb), "say how each new verb is pressed"
    assert set(good_presses.STEPS) == set(StepKind)


def test_a_row_that_names_a_record_says_whose_it_is() -> None:
    for right in (*rights.PRESSES.values(), *rights.STEPS.values()):
        named = right.subject is not Record.NONE or right.argument is not Record.NONE
        assert named is (right.whose not in {Whose.OWN, Whose.INVITED})


async def test_what_is_not_theirs_is_nothing_to_them(rig: Rig) -> None:
    """One answer for what is somebody else's and for what is not there, and no other trace of it."""
    house = await two_practices(rig)
    before = await house.rows()
    for actor in (CLIENT, DIETITIAN, ADMIN, *STRANGERS):
        chat, tried = house.chat(actor), list(_forbidden(house, actor))
        answers = await house.press(actor, tried)
        told = {data: words for data, words in zip(tried, answers, strict=True) if words != router.NOT_YOURS}
        assert told == {}, actor
        assert house.chat(actor) == chat, actor
        await unchanged(house, before)


@LITE
async def test_an_agree_carries_nobody_to_what_is_not_theirs(rig: Rig) -> None:
    house = await two_practices(rig)
    before = await house.rows()
    for actor in (CLIENT, DIETITIAN, *STRANGERS):
        carried = {carrying._pressed(parse(data)) for data in _forbidden(house, actor)} - {("", "")}
        tried = [f"v1:{Verb.AGREE}:{subject}:{argument}:0" for subject, argument in carried]
        assert set(await house.press(actor, tried)) == {router.NOT_YOURS}, actor
        await unchanged(house, before)


def _forbidden(house: TwoPractices, actor: str) -> list[str]:
    """What the table keeps from them, as it is and with an id that nothing has."""
    tried = []
    for verb, right in PRESSED.items():
        is_on_a_side = actor in {CLIENT, DIETITIAN} and actor in STANDING[right.standing]
        if may(right, actor) or (is_on_a_side and right.subject is not Record.REFUND):
            continue
        data = good_presses.PRESSES[verb].data(verb, house.one)
        tried += [data, with_subject(data, unknown(right))]
    return tried


async def test_the_other_side_of_a_record_changes_nothing_of_it(rig: Rig) -> None:
    """They know of it, and may be shown where it stands."""
    house = await two_practices(rig)
    before = await house.rows()
    for actor in (CLIENT, DIETITIAN):
        tried = [
            good_presses.PRESSES[verb].data(verb, house.one)
            for verb, right in PRESSED.items()
            if actor in STANDING[right.standing] and not may(right, actor)
        ]
        answers = await house.press(actor, tried)
        told = {data: words for data, words in zip(tried, answers, strict=True) if words not in REFUSALS}
        assert told == {}, actor
        await unchanged(house, before)


@LITE
async def test_who_has_not_agreed_is_asked_to_and_nothing_else(rig: Rig) -> None:
    house = await two_practices(rig)
    before = await house.rows()
    presses = [
        good.data(verb, house.one)
        for verb, good in good_presses.PRESSES.items()
        if verb not in without_consent.PRESSES
    ]
    assert set(await house.press(NEWCOMER, presses)) == {""}
    assert [label for label in house.phones[NEWCOMER].last.labels if "Agree" in label]
    await unchanged(house, before)


@LITE
async def test_ids_that_were_never_ours_are_one_like_the_other(rig: Rig) -> None:
    """By whoever may press it on a record of their own."""
    house = await two_practices(rig)
    before = await house.rows()
    for actor in (CLIENT, DIETITIAN, ADMIN):
        tried = []
        for verb, right in PRESSED.items():
            if right.subject is not Record.NONE and actor == first(right):
                data = good_presses.PRESSES[verb].data(verb, house.one)
                subjects = (unknown(right), *NEVER_OURS, *([] if verb in OR_NOTHING else [""]))
                tried += [(verb, with_subject(data, subject)) for subject in subjects]
        answers = await house.press(actor, [data for _, data in tried])
        told: dict[Verb, dict[str, str]] = {}
        for (verb, data), words in zip(tried, answers, strict=True):
            told.setdefault(verb, {})[data] = words
        # a list that it is not on (any more) is drawn for a number alone
        assert [one for one in told.values() if len(set(one.values()) - {router.NOT_YOURS}) > 1] == []
        await unchanged(house, before)


@LITE
async def test_their_own_record_does_not_lead_to_another_ones(rig: Rig) -> None:
    """A record in the argument: somebody else's is as good as none."""
    house = await two_practices(rig)
    before = await house.rows()
    for verb, right in PRESSED.items():
        if right.argument is Record.NONE:
            continue
        good, nothing = good_presses.PRESSES[verb], NOWHERE.get(right.argument, "ZZZZZZZZZZ")
        nobody = replace(house.other, ids=dict.fromkeys(house.other.ids, nothing))
        said = [await house.press(DIETITIAN, [good.data(verb, house.one, house.other)])]
        seen = [house.chat(DIETITIAN)]
        said += [await house.press(DIETITIAN, [good.data(verb, house.one, nobody)])]
        seen += [house.chat(DIETITIAN)]
        assert (said[0], seen[0]) == (said[1], seen[1]), verb
        await unchanged(house, before)


@LITE
async def test_a_suspended_dietitian_begins_nothing_new(rig: Rig) -> None:
    house = await two_practices(rig)
    suspended = replace(house.one.cast.dietitian, suspended_at=rig.clock.now())
    await rig.write(lambda uow: uow.dietitians.save(suspended))
    before = await house.rows()
    new = [verb for verb, right in PRESSED.items() if right.standing is Standing.TAKES_NEW]
    answers = await house.press(DIETITIAN, [good_presses.PRESSES[verb].data(verb, house.one) for verb in new])
    assert dict(zip(new, answers, strict=True)) == dict.fromkeys(new, router.YOU_ARE_SUSPENDED)
    assert router.YOU_ARE_SUSPENDED in await rig.say(house.phones[DIETITIAN], "/request")
    await unchanged(house, before)


@LITE
async def test_who_may_is_let_through_and_what_an_admin_does_stays_on_record(rig: Rig) -> None:
    """The very presses that were refused to the others: nothing but who pressed them was at fault."""
    house = await two_practices(rig)
    admin = await rig.read(lambda uow: uow.people.by_telegram_id(house.phones[ADMIN].user_id))
    before, refused, silent = await house.rows(), {}, []
    for verb, right in PRESSED.items():
        for actor in (CLIENT, DIETITIAN, ADMIN) if right.whose is Whose.EITHERS_OR_ADMINS else [first(right)]:
            (words,) = await house.press(actor, [good_presses.PRESSES[verb].data(verb, house.one)])
            if words in REFUSALS and verb not in NEED_MAIL:
                refused[verb, actor] = words
            if right.standing is Standing.ADMIN and not noted(verb, before, await house.rows(), by(admin.id)):
                silent.append(verb)
            await house.put_back(before)
    assert refused == {}
    assert silent == []
    assert await rig.failed() == []


def noted(verb: Verb, before: Rows, after: Rows, admin: str) -> bool:
    """Whether there is a row by them, or nothing that one would be about."""
    did = any(before[name] != after[name] for name in after if name not in {"audit", "steps"})
    new = [after["audit"][key] for key in after["audit"].keys() - before["audit"].keys()]
    return any(admin in entry for entry in new) or not (verb in LOOKS or (did and verb not in QUESTIONS))
