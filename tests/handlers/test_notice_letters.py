"""Every notice as a mail: the words that the chat would have got, without what only Telegram understands."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest

from domain.model.booking import BookingState
from domain.model.broadcast import Broadcast
from domain.model.calendar import ConnectionState
from domain.model.intake import Intake
from domain.model.message import Button, Message
from domain.model.notice import Notice, NoticeKind
from domain.model.plan import Plan, PlanState, promised, reminders
from domain.model.refund import Refund, RefundState
from domain.model.service import ServiceKind
from domain.model.views import RequestCard
from domain.model.wish import Wish
from handlers.letters import Letter
from handlers.mail_text import as_mail
from handlers.notice_letters import notice_letter
from handlers.notices import Facts, say
from tests.clock import MORNING
from tests.handlers.test_screens import DETAIL, START, ZONE, Reader, cards, connected
from tests.rig import HOSTILE
from tests.storage import seeds

BOT = "https://t.me/dietdesk_bot"
ILLNESS = "Diabetes type 2 coaching"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DUE = promised(MORNING, 7, "Africa/Lagos")
DUE_TIMES = reminders(MORNING, DUE, "Africa/Lagos")
TIMES = (
    MORNING, START - 30 * MINUTE, START + MINUTE, START + 20 * MINUTE, START + 60 * MINUTE,
    *DUE_TIMES.values(), DUE + DAY,
)  # fmt: skip
PLANS = {NoticeKind.PLAN_PAID, NoticeKind.PLAN_DUE, NoticeKind.PLAN_LATE, NoticeKind.PLAN_RECEIVED,
         NoticeKind.PLAN_UNREACHED, NoticeKind.PLAN_REFUSED}  # fmt: skip
TAGS_OF_MAIL = {"p", "div", "br", "a", "b", "i", "s", "code", "blockquote"}
CALLBACK = re.compile(r"\bv1:[a-z0-9]+:")


def plan(state: PlanState) -> Plan:
    return Plan(
        request_id=3, dietitian_id=1, client_id=2, state=state, promised_at=DUE, free_hours=24,
        late_refund_percent=0, created_at=MORNING,
    )  # fmt: skip


def intakes() -> Iterator[Intake | None]:
    asked = Intake(request_id=3, questions=("Which medicines do you take?",), created_at=MORNING)
    yield from (None, asked, replace(asked, consented_at=MORNING))


REFUND = Refund(
    public_id="K7Q2M9XT4P", payment_id=1, amount=1_250_000, currency="NGN", state=RefundState.NEEDS_ATTENTION,
    reason="surplus", decided_by="clock", created_at=MORNING, changed_at=MORNING,
)  # fmt: skip
WISH = Wish(
    request_id=3,
    dietitian_id=1,
    client_id=2,
    timezone=ZONE,
    created_at=MORNING,
    expires_at=MORNING + 30 * DAY,
)
BROADCAST = Broadcast(public_id="Z" * 10, author=9, text=HOSTILE, created_at=MORNING, sent_at=MORNING)


def variants(kind: NoticeKind) -> Iterator[tuple[RequestCard, Plan | None, Intake | None, datetime]]:
    """Where the records of a notice may stand."""
    states = list(PlanState) if kind in PLANS else [None]
    asked = list(intakes()) if "intake" in kind.value else [None]
    for card in (standing(kind, one) for one in cards(HOSTILE)):
        for state, intake, now in product(states, asked, TIMES):
            yield card, plan(state) if state else None, intake, now


def standing(kind: NoticeKind, card: RequestCard) -> RequestCard:
    booking = card.booking
    match kind:
        case NoticeKind.CLIENT_UNREACHED if card.client is not None:
            return replace(card, client=replace(card.client, reachable=False))
        case NoticeKind.MEETING_MISSING if booking is not None:
            return replace(card, booking=replace(booking, meeting_url=None))
        case NoticeKind.HOLD_ENDING if booking is not None:
            return replace(card, booking=replace(booking, shown_until=booking.hold_until))
        case _ if kind in PLANS:
            request = replace(card.request, kind=ServiceKind.MEAL_PLAN)
            return replace(card, request=request, booking=None)
        case _:
            return card


def facts_of(
    kind: NoticeKind, reader: int, card: RequestCard, of: Plan | None, intake: Intake | None, now: datetime
) -> Facts:
    shown = (
        card.booking.state.value if card.booking and kind is NoticeKind.SESSION_MISSED else DETAIL["state"]
    )
    connection = replace(connected("x"), state=ConnectionState.NEEDS_RECONNECT)
    return Facts(
        notice=Notice(kind=kind, to=reader, key="k", detail={**DETAIL, "state": shown}),
        reader=replace(seeds.person(name=HOSTILE), id=reader),
        card=card,
        booking=card.booking,
        payment=card.payment,
        plan=of,
        intake=intake,
        refund=REFUND,
        practice=card.dietitian,
        connection=connection,
        wish=WISH,
        broadcast=BROADCAST,
        words=HOSTILE,
        timezone=ZONE,
        now=now,
    )


def said(kind: NoticeKind, reader: int) -> tuple[Facts, Message] | None:
    """The first standing of the records in which there is something to say."""
    for card, of, intake, now in variants(kind):
        facts = facts_of(kind, reader, card, of, intake, now)
        message = say(facts)
        if message is not None:
            return facts, message
    return None


def read_as_mail(facts: Facts, message: Message) -> Letter:
    letter = notice_letter(facts, message, BOT)
    shown, html = Reader(message.text), Reader(letter.html)
    assert html.tags <= TAGS_OF_MAIL
    assert "tg-time" not in letter.html + letter.text
    assert not CALLBACK.search(letter.html + letter.text)
    flat = " ".join(re.sub(r"(?m)^> ", "", letter.text).split())
    assert " ".join(shown.words.split()) in flat, "what the chat would have said, and no tag in between"
    assert "O'Brien & 🌸" in html.words
    return letter


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_can_be_mailed(kind: NoticeKind) -> None:
    found = [one for reader in (1, 2) if (one := said(kind, reader)) is not None]
    assert found, "it never says anything here: give it the records that it needs"
    for facts, message in found:
        letter = read_as_mail(facts, message)
        buttons = [button for row in message.rows for button in row]
        assert (f" {BOT}" in letter.text) == any(button.data for button in buttons)
        assert letter.text.count(BOT) <= 1
        for button in buttons:
            assert (button.url in letter.text) if button.url else True
        assert 0 < len(letter.subject) < 200
        assert "\n" not in letter.subject


def test_the_subject_tells_no_illness_and_the_dietitians_no_client() -> None:
    for kind, reader in product(NoticeKind, (1, 2)):
        found = said(kind, reader)
        if found is None or found[0].card is None:
            continue
        facts, message = found
        request = replace(facts.card.request, title=ILLNESS, client_name="Amina Bello")  # type: ignore[union-attr]
        named = replace(facts.card, request=request)  # type: ignore[type-var]
        subject = notice_letter(replace(facts, card=named), message, BOT).subject
        assert "Diabetes" not in subject
        assert "Amina" not in subject


def test_of_a_session_it_names_the_day_where_the_reader_is_and_who_with() -> None:
    found = said(NoticeKind.BOOKING_CONFIRMED, 2)
    assert found is not None
    facts, message = found
    assert facts.card is not None
    owner = replace(facts.card.dietitian, name="Dr Ọlá\n\u202eAdé 🌸")
    facts = replace(facts, card=replace(facts.card, dietitian=owner), timezone="Pacific/Kiritimati")
    letter = notice_letter(facts, message, BOT)
    assert letter.subject == "Confirmed: your session on Tuesday 3 November 2026 with Dr Ọlá Adé 🌸"


@pytest.mark.parametrize(
    ("kind", "state", "method"),
    [
        (NoticeKind.BOOKING_CONFIRMED, BookingState.CONFIRMED, "PUBLISH"),
        (NoticeKind.BOOKING_MOVED, BookingState.CONFIRMED, "PUBLISH"),
        (NoticeKind.BOOKING_CANCELLED, BookingState.CANCELLED, "CANCEL"),
        (NoticeKind.NOT_HELD, BookingState.CANCELLED, "CANCEL"),
        (NoticeKind.INVITATION, BookingState.CANCELLED, "CANCEL"),
    ],
)
def test_the_calendar_file_goes_along_to_the_client_alone(
    kind: NoticeKind, state: BookingState, method: str
) -> None:
    card = next(one for one in cards("Ọlá") if one.booking is not None and one.booking.state is state)
    files: list[tuple[tuple[str, str, bytes], ...]] = []
    for reader in (1, 2):
        facts = facts_of(kind, reader, card, None, None, MORNING)
        message = say(facts)
        assert message is not None
        files.append(notice_letter(facts, message, BOT).files)
    assert bool(files[0]) is (kind is NoticeKind.INVITATION)
    ((name, mime, content),) = files[1]
    assert (name, mime) == ("session.ics", f"text/calendar; method={method}; charset=utf-8")
    assert f"METHOD:{method}\r\n".encode() in content


def test_a_time_keeps_its_words_and_a_quotation_its_mark() -> None:
    text, html = as_mail(
        'Until <tg-time unix="1" format="wDt">Thursday, 15:30 (Africa/Lagos)</tg-time>.\n'
        "<blockquote>one &lt;b&gt;\ntwo</blockquote>\n<b>three</b> &amp; four"
    )
    assert text == "Until Thursday, 15:30 (Africa/Lagos).\n> one <b>\n> two\nthree & four"
    assert html == (
        "Until Thursday, 15:30 (Africa/Lagos).<br/>\n<blockquote>one &lt;b&gt;<br/>\ntwo</blockquote><br/>\n"
        "<b>three</b> &amp; four"
    )


def test_a_link_that_somebody_typed_stays_a_link_in_quotes() -> None:
    found = said(NoticeKind.BOOKING_CONFIRMED, 2)
    assert found is not None
    facts, message = found
    evil = Button(label="<Join>", url='https://meet.example.com/"onclick="x')
    html = notice_letter(facts, replace(message, rows=((evil,),)), BOT).html
    assert 'href="https://meet.example.com/&quot;onclick=&quot;x">&lt;Join&gt;</a>' in html
