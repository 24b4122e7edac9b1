"""Every screen with the longest and the most hostile of what people may type, within Telegram's limits."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from itertools import islice, product

import pytest

from domain.model.attendance import Attendance, Review
from domain.model.booking import Booking, BookingState
from domain.model.calendar import Connection, ConnectionState
from domain.model.consent import Consent, Purpose, about_request
from domain.model.erasure import Erasure, ErasureState, Open, OpenThing, Standing
from domain.model.message import Message
from domain.model.notice import Notice, NoticeKind
from domain.model.payment import MoneyOutcome, Payment, PaymentState
from domain.model.people import Client, Dietitian, Person, Role
from domain.model.plan import Plan, PlanFile
from domain.model.policy import Operator, Policy
from domain.model.request import Request, RequestState
from domain.model.service import LONGEST_TITLE, Service, ServiceKind
from domain.model.views import ClientSheet, Page, PlanCard, RequestCard
from domain.usecases.answer_request import REASON_LIMIT
from domain.usecases.compose_request import MESSAGE_LIMIT
from domain.usecases.consenting import Agreed
from domain.usecases.notes import NOTES_LIMIT
from domain.usecases.review_session import WORDS_LIMIT
from domain.usecases.session_card import Beside
from domain.usecases.upload_plan import NOTE_LIMIT
from handlers import plan_document
from handlers.callbacks import TYPED
from handlers.letters import request_letter
from handlers.notices import Facts, alert, say
from handlers.screens import (
    attend,
    booking,
    compose,
    ending,
    erasure,
    google,
    home,
    lists,
    money,
    plans,
    privacy,
    rating,
    session,
    settings,
    unclear,
    upcoming,
    zones,
)
from handlers.screens import client_words as written
from handlers.screens import clients as own
from handlers.screens.parts import page_of
from handlers.screens.slots import choose_day, choose_slot, no_days
from handlers.typed_values import NAME_LIMIT
from tests.clock import MORNING
from tests.rig import HOSTILE
from tests.storage import seeds

TEXT, CAPTION, DATA, LABEL, BUTTONS, IN_A_ROW = 4096, 1024, 64, 255, 100, 8
ZONE = "America/Argentina/ComodRivadavia"  # the longest name there is
MAIL = "amina@example.com"
EMAIL = "a" * 64 + "@" + ".".join(["b" * 60] * 3) + ".com"
START = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)

DETAIL = {
    "start": START.isoformat(),
    "refund": "K7Q2M9XT4P",
    "amount": "1250000",
    "currency": "NGN",
    "why": "surplus",
    "by": "client",
    "back": "1250000",
    "event_start": START.isoformat(),
    "event_id": "0" * 32,
    "reason": HOSTILE,
    "name": HOSTILE,
    "dietitian": "Z" * 10,
    "client": "9" * 15,
    "from": HOSTILE,
    "what": "alone",
    "minutes": "10",
    "at": START.isoformat(),
    "state": "no_show",
}
FREE_BUSY = "https://www.googleapis.com/auth/calendar.freebusy"


def connected(word: str) -> Connection:
    return Connection(
        dietitian_id=1, account=filled(word, 200), sealed_token="", scopes=FREE_BUSY, connected_at=MORNING,
        state=ConnectionState.NEEDS_RECONNECT, last_success_at=MORNING, unreachable_since=MORNING,
    )  # fmt: skip


def filled(text: str, length: int) -> str:
    return (text * length)[:length]


def cards(word: str) -> Iterator[RequestCard]:
    """Where a request can stand, told with this word wherever somebody typed one."""
    name = filled(word, NAME_LIMIT)
    owner = replace(
        seeds.dietitian(1, name=name, fallback_meeting_url="https://meet.example.com/" + "a" * 200), id=1
    )
    person = replace(seeds.person(name=name, email=EMAIL), id=2)
    request = replace(
        seeds.request(1, 2, public_id="Z" * 10, rev=999_999_999),
        id=3,
        kind=ServiceKind.CONSULTATION,
        title=filled(word, 200),
        minutes=480,
        price=99_999_999_999,
        currency="NGN",
        client_name=name,
        client_email=EMAIL,
        message=filled(word, MESSAGE_LIMIT),
        decline_reason=filled(word, REASON_LIMIT),
    )
    for state in RequestState:
        for booked in bookings(request):
            for paid in payments(request) if state is RequestState.PENDING else [None]:
                changed = replace(request, state=state)
                yield RequestCard(
                    request=changed, dietitian=owner, client=person, booking=booked, payment=paid
                )


def bookings(request: Request) -> Iterator[Booking | None]:
    yield None
    for state in BookingState:
        url = "https://meet.example.com/" + "a" * 200
        fields = {"state": state, "free_hours": 8760, "late_refund_percent": 100, "meeting_url": url}
        yield seeds.booking(request, START, event_id="0" * 32, **fields)


def payments(request: Request) -> Iterator[Payment | None]:
    yield None
    url = "https://checkout.paystack.com/" + "a" * 200
    yield seeds.payment(request, email=EMAIL, state=PaymentState.OPEN, authorization_url=url)
    paid = {"paid_amount": 99_999_999_999, "paid_currency": "NGN", "paid_at": MORNING}
    for outcome in MoneyOutcome:
        fields = {"state": PaymentState.SUCCEEDED, "outcome": outcome, "outcome_reason": "slot_gone", **paid}
        yield seeds.payment(request, email=EMAIL, **fields)


def of_a_card(card: RequestCard) -> Iterator[Message]:
    """All that is ever said about one request, to either side."""
    now = MORNING
    yield booking.request_screen(card, ZONE, now)
    yield compose.sent_card(card, ZONE, now)
    for screen in (
        booking.ask_reason, no_days, booking.released, booking.pay_refused,
        money.waits, money.refund_sure, compose.ask_client_name, compose.ask_message,
        compose.sent_directly, compose.withdraw_sure, home.own_link,
    ):  # fmt: skip
        yield screen(card)
    yield booking.offer(card, ZONE)
    yield compose.yourself()
    yield compose.review(card)
    yield compose.ask_client_email(card, mail_is_sent=True)
    yield compose.sent_by_link(card, "https://t.me/dietdesk_bot?start=" + "x" * 32, mailed=True)
    yield compose.link_picture(card, b"png")
    yield booking.ask_email(card, ZONE)
    page = Page(items=[card] * 5, number=11, pages=9999, total=49_995)
    for state in lists.STATES:
        yield lists.requests_list(page, state, now)
    yield lists.cancel_sure(card)
    for reader in (True, False):
        yield upcoming.upcoming(page, ZONE, now, for_dietitian=reader)
        yield upcoming.past(page, ZONE, now, for_dietitian=reader)
    yield from of_a_session(card)
    for state in compose.STATES:
        yield compose.sent_list(page, state, now)
    days = {(START + timedelta(days=at)).date(): 48 for at in range(365)}
    yield choose_day(card, days, 3, ZONE)
    slots = [START.replace(hour=0) + timedelta(minutes=30 * at) for at in range(48)]
    yield choose_slot(card, START.date(), slots, "UTC")
    yield compose.choose_client(card, Page(items=clients(card), number=1, pages=3, total=15))
    yield compose.choose_service(card, page_of(services(card), 0, 8))
    yield from notices(card)


def of_a_session(card: RequestCard) -> Iterator[Message]:
    """Ahead, under way, over; with all that can be tapped and said."""
    if card.booking is None:
        return
    tapped = {
        side: Attendance(booking_id=1, role=side, here_at=START, alone_at=START)
        for side in (Role.CLIENT, Role.DIETITIAN)
    }
    review = Review(booking_id=1, stars=5, created_at=START)
    words = filled(card.request.title or "", WORDS_LIMIT)
    beside = Beside(has_intake=True, client_id=10**14, attendances=tapped, review=review, words=words)
    for now, facts in product((MORNING, card.booking.start, card.booking.end), (Beside(), beside)):
        for role in (Role.CLIENT, Role.DIETITIAN):
            yield session.session(card, card.booking, role, ZONE, now, beside=facts, note="Noted.")
            yield attend.starts(card, card.booking, role, ZONE, now)
            note = attend.said(card, role, "alone", now, ZONE)
            yield attend.who(card, card.booking, role, facts.attendances, ZONE, now, note=note)
        yield ending.ending(card, card.booking, facts, ZONE, now)
        yield ending.missed_sure(card, card.booking, facts, ZONE)
        yield rating.rating(card, card.booking, facts, ZONE, now)
        yield unclear.session(card, card.booking, facts, ZONE, now)
    yield ending.absent_sure(card, card.booking, ZONE)
    yield rating.ask_words(card)
    yield from (unclear.sure(card, card.booking, verdict, ZONE) for verdict in unclear.VERDICTS)
    yield unclear.sessions(Page(items=[card] * 5, number=11, pages=9999, total=49_995), ZONE)


def clients(card: RequestCard) -> list[Client]:
    name = card.request.client_name or ""
    return [Client(id=10**14, dietitian_id=1, person_id=2, name=name, email=EMAIL, created_at=MORNING)] * 5


def services(card: RequestCard) -> list[Service]:
    title = card.request.title or ""
    service = Service(
        public_id="Z" * 10, dietitian_id=1, slug="s", kind=ServiceKind.CONSULTATION, title=title, minutes=45,
        price=99_999_999_999, currency="NGN",
    )  # fmt: skip
    return [service] * 20


def notices(card: RequestCard) -> Iterator[Message]:
    for kind in NoticeKind:
        for reader in (card.dietitian.person_id, 2):
            notice = Notice(kind=kind, to=reader, key="k", detail=DETAIL)
            person = replace(seeds.person(), id=reader)
            facts = Facts(
                notice=notice,
                reader=person,
                card=card,
                booking=card.booking,
                payment=card.payment,
                practice=card.dietitian,
                connection=connected(card.request.title or ""),
                words=card.request.message,
                timezone=ZONE,
                now=MORNING,
            )
            message = say(facts)
            if message is not None:
                yield message


OPERATOR = Operator(name="W" * 200, address="W" * 200, contact="a" * 188 + "@example.com", officer="W" * 200)
POLICY = Policy(operator=OPERATOR)
NOTICE = POLICY.notice(Purpose.PRACTICE)


def of_agreements(word: str, person: Person, card: RequestCard) -> Iterator[Message]:
    found = [
        Agreed(
            consent=Consent(
                person_id=2,
                purpose=purpose,
                version="2026-11-25",
                words_hash="0" * 64,
                record=about_request(card.request.public_id) if purpose is Purpose.HEALTH else None,
                given_at=MORNING,
            ),
            wording=POLICY.notice(purpose),
            dietitian=filled(word, NAME_LIMIT),
            title=filled(word, LONGEST_TITLE),
        )
        for purpose in (*Purpose, *[Purpose.HEALTH] * privacy.SIZE)
    ]
    for number in (0, 1):
        yield privacy.agreements(person, found, number, public_url=None, mail_is_sent=True)
    yield from (privacy.words(one, ZONE) for one in found)
    yield privacy.agreements(person, [], 0, public_url=None, mail_is_sent=True)
    yield from (privacy.leave_sure(is_dietitian=practice) for practice in (True, False))
    yield from (privacy.left(), privacy.mail_needs_address())
    yield privacy.mail_notice(POLICY.notice(Purpose.MAIL), person.email or "", None)


def of_a_person(word: str) -> Iterator[Message]:
    person: Person = replace(seeds.person(name=filled(word, NAME_LIMIT), email=EMAIL, timezone=ZONE), id=2)
    owner: Dietitian = seeds.dietitian(1, name=filled(word, NAME_LIMIT), fallback_meeting_url=None)
    card = next(cards(word))
    address = "https://example.com/" + "a" * 200
    for reader, request in product((person, replace(person, consented_at=MORNING)), (None, card)):
        yield home.welcome(reader, NOTICE, public_url=address, request=request, carried=("", TYPED))
    yield from of_agreements(word, person, card)
    for practice in (None, owner):
        yield home.home(person, practice)
        yield home.help_screen(practice, before=home.NOT_WAITING, admin=True)
    yield home.privacy(NOTICE, None)
    yield home.words(filled(word, 1000))
    yield home.went_wrong("telegram-999999999")
    yield home.left_step(there_was_one=True)
    yield home.link_used_up()
    yield settings.settings(person, None)
    yield from (settings.ask_name(), settings.ask_email(), zones.ask_zone(0), zones.ask_zone(99))
    yield compose.picked(filled(word, 64))
    yield compose.pick_person(10**12)
    yield from (compose.no_services(), compose.discarded(), compose.picker_closed())
    yield alert({"what": filled(word, 100), "why": filled(word, 300)}, None, None)
    yield from of_google(owner, word)
    yield from of_clients(owner, word)


def of_clients(owner: Dietitian, word: str) -> Iterator[Message]:
    name, text = filled(word, NAME_LIMIT), filled(word, NOTES_LIMIT)
    known = Client(id=10**14, dietitian_id=1, person_id=2, name=name, email=EMAIL, created_at=MORNING)
    blocked = replace(known, blocked_at=MORNING, sealed_notes="sealed")
    person = replace(seeds.person(name=filled(word, 128), email=EMAIL, started_at=MORNING), seen_at=MORNING)
    cards_ = Page(items=[next(cards(word))] * 5, number=11, pages=9999, total=49_995)
    for client in (known, blocked):
        page = Page(items=[client] * 8, number=11, pages=9999, total=49_995)
        yield from (own.clients(page), own.found(page, filled(word, 80)))
        sheet = ClientSheet(
            client=client, person=person, requests=9, unanswered=9, sessions=9, next_session=START, last_session=START,
            plans=9, plans_waiting=9, given={"NGN": 10**12, "USD": 10**12},
        )  # fmt: skip
        yield own.card(sheet, ZONE, to_search=True)
        yield from (own.history(client, cards_, tab, ZONE, MORNING) for tab in own.TABS)
        yield written.notes(client, text)
        yield from (written.ask_notes(client, mode=mode, written=True) for mode in (written.ADD, written.NEW))
        yield written.preview(client, owner, filled(word, MESSAGE_LIMIT), 999_999_999)
        for screen in (
            written.drop_notes_sure, written.ask_message, written.message_sent, own.block_sure, own.unblock_sure,
        ):  # fmt: skip
            yield screen(client)
    nobody: Page[Client] = Page(items=[], number=0, pages=1, total=0)
    yield from (own.clients(nobody), own.found(nobody, filled(word, 80)), own.ask_search())


def of_google(owner: Dietitian, word: str) -> Iterator[Message]:
    for state, scopes, away in product(ConnectionState, ("", FREE_BUSY), (None, MORNING)):
        shown = replace(connected(word), state=state, scopes=scopes, unreachable_since=away)
        yield google.connected(shown, replace(owner, timezone=ZONE))
    yield google.not_configured(owner, "PUBLIC_URL")
    yield google.not_connected(owner)
    yield google.go_to_google("https://accounts.google.com/" + "a" * 500, "https://example.com/" + "a" * 236)
    for card in (each for each in cards(word) if each.booking is not None):
        assert card.booking is not None
        yield google.cannot_follow(card, card.booking, START, ZONE)
        yield google.followed(card, card.booking, ZONE)
        for answered in (google.put_back, google.made_again):
            yield answered(card, card.booking, ZONE)
    yield google.disconnect_sure()
    yield google.disconnected(owner)


class Reader(HTMLParser):
    """What a reader sees, and the tags that Telegram was asked to draw."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words, self.tags, self.open = "", set[str](), list[str]()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, _: object) -> None:
        self.tags.add(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def is_within_the_limits(message: Message) -> None:
    read = Reader(message.text)
    assert read.open == []
    assert read.tags <= {"b", "i", "s", "code", "blockquote", "tg-time"}
    assert 0 < utf16(read.words) <= (CAPTION if message.file is not None else TEXT)
    assert read.words.strip()
    buttons = [button for row in message.rows for button in row]
    assert len(buttons) <= BUTTONS
    assert all(0 < len(row) <= IN_A_ROW for row in message.rows)
    for button in buttons:
        assert 0 < len(button.label) <= LABEL
        assert (button.data is not None) + (button.url is not None) + (button.copy is not None) == 1
        assert button.data is None or len(button.data.encode()) <= DATA
        assert button.copy is None or len(button.copy) <= 256


@pytest.mark.parametrize("word", ["x", "<", "&", "🌸", "ﷺ", HOSTILE + " "])
def test_the_longest_of_everything_fits(word: str) -> None:
    seen = 0
    for card in cards(word):
        for message in of_a_card(card):
            is_within_the_limits(message)
            seen += 1
    for message in of_a_person(word):
        is_within_the_limits(message)
    assert seen > 2000


@pytest.mark.parametrize("word", ["x", "<", "🌸", HOSTILE + " "])
def test_the_longest_plan_and_note_fit_under_its_first_page(word: str) -> None:
    """A caption is a quarter of a message: what is cut is the note alone, and the client gets all of it."""
    card = next(cards(word))
    plan = Plan(
        request_id=3, dietitian_id=1, client_id=2, promised_at=START, free_hours=0, late_refund_percent=0,
        created_at=MORNING,
    )  # fmt: skip
    name = filled(word, 124) + ".pdf"
    file = PlanFile(
        public_id="Z" * 10,
        dietitian_id=1,
        name=name,
        size=2**24,
        sha256="0" * 64,
        pages=999,
        uploaded_at=MORNING,
    )
    for note, versions in product((None, filled(word, NOTE_LIMIT)), ([], [file] * 12)):
        shown = PlanCard(plan=plan, card=card, versions=versions)
        is_within_the_limits(
            plans.preview(shown, file, note, b"png", plan_document.file_name(card, START, 13))
        )
        is_within_the_limits(plans.plan(shown, ZONE, MORNING, intake=[]))
    everybody = Page(items=[PlanCard(plan=plan, card=card, versions=[])] * 5, number=1, pages=9, total=45)
    is_within_the_limits(plans.whose(file, everybody, b"png"))
    plain = replace(
        card, request=replace(card.request, client_name="Amina", client_email=MAIL, title="Four weeks")
    )
    short = replace(file, name="plan.pdf")
    note = filled("Drink water. ", NOTE_LIMIT - 50)
    usual = plans.preview(PlanCard(plan=plan, card=plain, versions=[]), short, note, b"png", "Meal plan.pdf")
    assert note in usual.text


@pytest.mark.parametrize("word", ["x", "<", HOSTILE + " "])
def test_whoever_has_very_much_open_can_still_ask_to_be_deleted(word: str) -> None:
    card = next(one for one in cards(word) if one.booking is not None)
    owed = Plan(
        request_id=3, dietitian_id=1, client_id=2, promised_at=START, free_hours=0, late_refund_percent=0,
        created_at=MORNING,
    )  # fmt: skip
    things = tuple(OpenThing(kind=kind, card=card, plan=owed) for kind in Open for _ in range(40))
    for practice in (None, card.dietitian):
        for state in (None, ErasureState.WAITING):
            asked = Erasure(person_id=2, state=state, asked_at=MORNING) if state is not None else None
            screen = erasure.deletion(Standing(erasure=asked, practice=practice, things=things), ZONE)
            is_within_the_limits(screen)
            assert "… and 74 more" in screen.text


def test_no_button_is_turned_round_by_a_name() -> None:
    turning = "\u202e\u200e\u2067\u061cAmina"
    screens = [*of_a_person(turning), *(one for card in islice(cards(turning), 3) for one in of_a_card(card))]
    labels = [button.label for message in screens for row in message.rows for button in row]
    assert sum("Amina" in label for label in labels) > 10
    assert not any(mark in label for label in labels for mark in "\u061c\u200e\u200f\u202e\u2067")


def test_money_that_bought_something_meanwhile_is_not_said_to_wait() -> None:
    """The client chose another time before the message left; another payment of theirs is none of it."""
    card = next(one for one in cards("x") if one.payment is not None and one.booking is not None)
    payment = seeds.payment(
        card.request, state=PaymentState.SUCCEEDED, outcome=MoneyOutcome.CREDIT, outcome_reason="slot_gone",
        paid_amount=700_000, paid_at=MORNING - timedelta(hours=5),
    )  # fmt: skip
    for kind in (NoticeKind.MONEY_SAFE, NoticeKind.MONEY_MISMATCH, NoticeKind.MONEY_NEEDS_PERSON):
        facts = Facts(
            notice=Notice(kind=kind, to=2, key="k"), reader=replace(seeds.person(), id=2), card=card,
            booking=None, payment=payment, timezone="Africa/Lagos", now=MORNING,
        )  # fmt: skip
        told = say(facts)
        assert told is not None
        assert "₦7,000.00" in told.text
        assert kind is not NoticeKind.MONEY_NEEDS_PERSON or "04:00" in told.text, "when it came"
        assert say(replace(facts, payment=replace(payment, outcome=MoneyOutcome.VALUE))) is None


def test_a_wrong_payment_for_a_plan_leads_on_to_paying_not_to_a_time() -> None:
    card = next(one for one in cards("x") if one.payment is not None)
    wrong = seeds.payment(
        card.request, state=PaymentState.SUCCEEDED, outcome=MoneyOutcome.QUARANTINE, paid_amount=1
    )
    for kind, label in (
        (ServiceKind.MEAL_PLAN, "▶️ Go on to pay"),
        (ServiceKind.CONSULTATION, "📅 Choose a time"),
    ):
        shown = replace(card, request=replace(card.request, kind=kind), payment=wrong)
        assert money.waits(shown).rows[0][0].label == label
        assert ("your time" in booking.pay_refused(shown).text) is (kind is ServiceKind.CONSULTATION)


def test_what_is_ready_after_the_end_is_not_told() -> None:
    card = next(
        one for one in cards("x") if one.booking is not None and one.booking.state is BookingState.CONFIRMED
    )
    assert card.booking is not None
    for kind, url in (
        (NoticeKind.MEETING_READY, "https://meet.example.com/x"),
        (NoticeKind.MEETING_MISSING, None),
    ):
        booked = replace(card.booking, meeting_url=url)
        facts = Facts(
            notice=Notice(kind=kind, to=2, key="k"), reader=replace(seeds.person(), id=2), card=card,
            booking=booked, payment=None, timezone=ZONE, now=booked.end - timedelta(minutes=1),
        )  # fmt: skip
        assert say(facts) is not None
        assert say(replace(facts, now=booked.end)) is None


@pytest.mark.parametrize(
    ("url", "is_googles"), [("https://meet.google.com/abc", True), ("https://meet.example.com/ada", False)]
)
def test_how_to_start_it_is_said_of_googles_rooms_alone(url: str, is_googles: bool) -> None:  # noqa: FBT001
    card = next(
        one for one in cards("x") if one.booking is not None and one.booking.state is BookingState.CONFIRMED
    )
    assert card.booking is not None
    owner = replace(seeds.person(), id=card.dietitian.person_id)
    facts = Facts(
        notice=Notice(kind=NoticeKind.MEETING_READY, to=owner.id, key="k"), reader=owner, card=card,
        booking=replace(card.booking, meeting_url=url), payment=None, timezone=ZONE, now=card.booking.start,
    )  # fmt: skip
    message = say(facts)
    assert message is not None
    assert ("guests knock" in message.text) is is_googles


def test_a_dietitian_sees_whose_zone_and_address_is_whose() -> None:
    person = replace(seeds.person(email="own@example.com", timezone="Europe/London"), id=2)
    owner = seeds.dietitian(1, name="Dr Ada Obi", email="practice@example.com", timezone="Africa/Lagos")
    own, _, practice = settings.settings(person, owner).text.partition("Your practice</b>")
    assert ("own@example.com" in own, "Europe/London" in own) == (True, True)
    assert all(word in practice for word in ("Dr Ada Obi", "practice@example.com", "Africa/Lagos"))
    assert "practice" not in settings.settings(person, None).text.casefold()


def test_a_hostile_name_is_read_as_it_was_typed() -> None:
    """Nowhere does it become a tag, and nowhere is it escaped twice."""
    quoted = 0
    for card in cards(HOSTILE):
        for message in of_a_card(card):
            read = Reader(message.text)
            assert "&lt;" not in read.words
            assert "&amp;" not in read.words
            quoted += "O'Brien & 🌸" in read.words
    assert quoted > 1000


def test_a_letter_carries_a_hostile_name_as_text() -> None:
    card = next(cards(HOSTILE))
    letter = request_letter(card, "https://t.me/dietdesk_bot?start=x")
    read = Reader(letter.html)
    assert "O'Brien & 🌸" in read.words
    assert "b" not in read.tags
    assert HOSTILE in letter.text


def test_a_toast_is_short_enough_to_be_read_whole() -> None:
    from handlers import router

    assert all(len(booking.not_paid_yet(card)) <= 200 for card in cards("x"))
    assert (
        max(
            len(words) for words in (router.NOT_YOURS, router.MOVED_ON, router.MOVED_AWAY, router.NOTHING_NEW)
        )
        <= 200
    )
