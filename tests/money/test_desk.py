"""/admin: who may see it, what waits there and in which order, the ledger as a file, what happened to a record."""

import csv
from collections import defaultdict
from decimal import Decimal
from io import StringIO

from handlers.callbacks import Verb
from sandbox.telegram.phone import Phone
from tests.money.practice import (
    HOUR,
    MINUTE,
    PRICE,
    admin_of,
    all_well,
    another,
    booked,
    held,
    payment_of,
    play,
    too_late,
)
from tests.money.test_surplus import second_link
from tests.rig import Rig

NOT_HERE = "not here for you"
ABOUT_ONE = {
    Verb.DESK_PAYMENT,
    Verb.DESK_REFUND,
    Verb.DESK_REFUND_SURE,
    Verb.DESK_RETRY,
    Verb.DESK_HISTORY,
}


async def test_only_admins_have_a_desk(rig: Rig) -> None:
    cast, _, reference = await too_late(rig)
    stranger = (await rig.person(name="Bola"))[1]
    verbs = [verb for verb in Verb if verb.name.startswith("DESK")]
    nowhere = await rig.press_data(await admin_of(rig), f"v1:{Verb.DESK_PAYMENT}:DD-nothing::0")
    assert NOT_HERE in nowhere
    for phone in (cast.ada, cast.amina, stranger):
        assert NOT_HERE in await rig.say(phone, "/admin")
        for verb in verbs:
            subject = reference if verb in ABOUT_ONE else ""
            words = await rig.press_data(phone, f"v1:{verb}:{subject}:0:0")
            assert words == nowhere, "what is not theirs is said as what is not there"
        assert all(one.document is None for one in phone.messages if "ledger" in one.text.casefold())
    assert rig.paystack.refunds.all == []
    assert (await payment_of(rig, reference)).outcome == "credit"


async def test_the_oldest_comes_first_and_each_is_opened_by_its_number(rig: Rig) -> None:
    admin, references = await admin_of(rig), []
    for kobo in range(500, 507):
        cast = await play(rig)
        _, reference = await held(rig, cast)
        await rig.pay(reference, amount=kobo)
        references.append(reference)
        await rig.pass_time(MINUTE)
    await rig.say(admin, "/admin")
    await rig.press(admin, "Money (7)")
    assert [f"{number}. ₦5.0{number - 1}" in admin.last.text for number in range(1, 7)] == [True] * 5 + [
        False
    ]
    await rig.press(admin, "›")
    assert "6. ₦5.05" in admin.last.text
    await rig.press(admin, "7")
    assert references[6] in admin.last.text
    await rig.press(admin, "Refund")
    await rig.press(admin, "Yes, refund")
    await rig.say(admin, "/admin")
    assert "Money (6)" in " ".join(admin.last.labels)
    await all_well(rig)


async def test_a_credit_is_given_back_by_an_admin_and_the_client_finds_nothing_to_choose(rig: Rig) -> None:
    cast, _, reference = await too_late(rig)
    admin = await admin_of(rig)
    await rig.say(admin, "/admin")
    await rig.press(admin, "Money (1)")
    assert "waits for the client's choice" in admin.last.text
    await rig.press(admin, "1")
    await rig.press(admin, "Refund")
    await rig.press(admin, "Yes, refund")
    for verb in (Verb.DESK_REFUND, Verb.DESK_REFUND_SURE):
        assert "moved on" in await rig.press_data(admin, f"v1:{verb}:{reference}::0")
        assert "Refund: ₦12,500.00, pending" in admin.last.text
        assert not [label for label in admin.last.labels if "efund" in label]
    await rig.pass_time(HOUR)
    assert (await payment_of(rig, reference)).outcome == "refund"
    assert len(rig.paystack.refunds.all) == 1
    words = await rig.press(cast.amina, "Choose another time")
    assert "paid" not in words
    await all_well(rig, cast.ada, cast.amina)


def ledger_of(phone: Phone) -> list[dict[str, str]]:
    raw = next(one.document.bytes for one in reversed(phone.messages) if one.document is not None)
    return list(csv.DictReader(StringIO(raw.decode("utf-8-sig"), newline="")))


async def test_the_ledger_as_a_file_sums_to_what_came_in(rig: Rig) -> None:
    cast, _, late = await too_late(rig)
    other = await another(rig, cast)
    request, first = await held(rig, other, day=5)
    second = await second_link(rig, other)
    await rig.pay(first)
    await rig.pay(second)
    await rig.press_data(other.ada, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    await rig.press(other.ada, "Yes, cancel it")
    await rig.pass_time(HOUR)
    admin = await admin_of(rig)
    await rig.say(admin, "/admin")
    await rig.press(admin, "Ledger")
    rows = ledger_of(admin)
    assert list(rows[0]) == ["at_utc", "payment", "from", "to", "amount", "currency", "decided_by", "reason"]
    totals: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        totals[row["payment"], row["from"]] -= Decimal(row["amount"])
        totals[row["payment"], row["to"]] += Decimal(row["amount"])
    price = Decimal(PRICE) / 100
    standing = {key: sum_ for key, sum_ in totals.items() if sum_ > 0}
    assert standing.pop((late, "credit")) == standing.pop((first, "refund")) == price
    assert standing.pop((second, "refund")) == price
    assert [(account, sum_) for (_, account), sum_ in standing.items()] == [("value", price)]
    came_in = sum(one.amount for one in rig.paystack.transactions if one.paid)
    assert (
        -sum(sum_ for (_, account), sum_ in totals.items() if account == "outside") == Decimal(came_in) / 100
    )
    assert {row["currency"] for row in rows} == {"NGN"}
    assert all(row["decided_by"] and row["reason"] and row["at_utc"].endswith("Z") for row in rows)


async def test_an_empty_ledger_is_a_file_too(rig: Rig) -> None:
    admin = await admin_of(rig)
    await rig.say(admin, "/admin")
    await rig.press(admin, "Ledger")
    assert ledger_of(admin) == []


async def test_the_history_tells_what_happened_and_by_whom(rig: Rig) -> None:
    cast = await play(rig)
    request, reference = await booked(rig, cast)
    await rig.press_data(cast.ada, f"v1:{Verb.CANCEL_BOOKING}:{request.public_id}::0")
    await rig.press(cast.ada, "Yes, cancel it")
    await rig.pass_time(HOUR)
    admin = await admin_of(rig)
    await rig.press_data(admin, f"v1:{Verb.DESK_PAYMENT}:{reference}::0")
    await rig.press(admin, "History")
    text = admin.last.text
    happened = ["held", "started", "paid", "confirmed", "cancelled", "refund requested", "refund processed"]
    places = [text.find(f": {action} by") for action in happened]
    assert places == sorted(places)
    assert -1 not in places
    assert f"cancelled by person:{cast.dietitian.person_id}" in text
    assert f"held by person:{cast.client.id}" in text
    assert "paid by paystack" in text


async def test_a_history_too_long_for_one_message_shows_the_newest(rig: Rig) -> None:
    cast = await play(rig)
    request, reference = await held(rig, cast)
    for turn in range(40):
        await rig.press_data(cast.amina, f"v1:{Verb.DAYS}:{request.public_id}:0:0")
        await rig.press(cast.amina, cast.amina.last.labels[turn % 2])
        await rig.press(cast.amina, cast.amina.last.labels[2 + turn % 2])
    await rig.pay(reference)
    admin = await admin_of(rig)
    await rig.press_data(admin, f"v1:{Verb.DESK_HISTORY}:{reference}::0")
    assert len(admin.last.text) <= 4096
    assert ": paid by paystack" in admin.last.text
    await all_well(rig, cast.amina)
