"""/stats in the chat: the figures, their picture, the lines behind them; and everybody's for the admins."""

import csv
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from io import StringIO

import pytest

from domain.model.money import subunits
from domain.model.pictures import StatsPicture
from domain.model.stats import Figures, Period, RowKind, Span, StatsRow
from domain.ports import UnitOfWork
from handlers.router import NOT_YOURS
from handlers.screens import stats as screens
from handlers.stats import csv_of
from sandbox.telegram.phone import Phone
from tests.clock import MORNING
from tests.handlers.still_plotter import StillPlotter
from tests.money.practice import DAY, HOUR, admin_of, another, booked, card, payment_of, play
from tests.rig import HOSTILE, Cast, Rig
from tests.storage import seeds

LIGHT = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
NOVEMBER = Period(span=Span.MONTH, first=date(2026, 11, 1), until=date(2026, 12, 1), timezone="Africa/Lagos")


def plotter(rig: Rig) -> StillPlotter:
    assert isinstance(rig.world.plotter, StillPlotter)
    return rig.world.plotter


def drawn(rig: Rig) -> StatsPicture:
    spec = plotter(rig).specs[-1]
    assert isinstance(spec, StatsPicture)
    return spec


def tiles(rig: Rig) -> dict[str, str]:
    return {tile.label: tile.value for tile in drawn(rig).tiles}


async def file_of(rig: Rig, phone: Phone) -> list[dict[str, str]]:
    await rig.press(phone, "CSV")
    document = phone.last.document
    assert document is not None
    assert document.mime_type == "text/csv"
    assert document.bytes.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(document.bytes.decode("utf-8-sig"), newline="")))


async def one_session(rig: Rig) -> Cast:
    """A session that was sent, paid two hours later, and is over now."""
    cast = await play(rig)
    request = await rig.approved(cast)
    rig.clock.advance(2 * HOUR)
    await rig.press(cast.amina, cast.amina.last.labels[3])
    await rig.press(cast.amina, cast.amina.last.labels[0])
    await rig.pay((await rig.references(request))[0])
    await rig.pass_time(6 * DAY)
    return cast


async def test_a_month_is_told_in_words_and_as_a_picture(rig: Rig) -> None:
    cast = await one_session(rig)
    await rig.say(cast.ada, "/stats")
    said = cast.ada.last
    assert said.photo is not None
    assert said.text.splitlines() == [
        "📊 November 2026 (Africa/Lagos)",
        "Income: ₦12,500.00",
        "   First consultation: ₦12,500.00",
        "Consultations completed: 1",
        "No-shows: 0",
        "Meal plans delivered: 0",
        "Requests sent: 1, paid so far: 1 (100%)",
        "From request to payment: on average 2 h 0 min",
        "Income is what was paid less what was given back, before Paystack's fees.",
    ]
    assert said.labels == ["Week", "• Month", "Year", "📄 CSV", "🏠 Home"]
    assert tiles(rig) == {
        "Income": "₦12,500.00",
        "Consultations completed": "1",
        "Meal plans delivered": "0",
        "No-shows": "0",
        "Requests that were paid": "1 of 1 (100%)",
        "From request to payment": "2 h 0 min",
    }
    spec = drawn(rig)
    assert (spec.title, spec.subtitle) == ("November 2026", "Dr Ada Obi · Africa/Lagos")
    assert sum(bar.value for bar in spec.over_time) == 1
    assert [bar.words for bar in spec.shares] == ["₦12,500.00"]
    assert await rig.failed() == []


@LIGHT
async def test_a_tab_is_a_new_picture_and_the_old_one_loses_its_buttons(rig: Rig) -> None:
    cast = await one_session(rig)
    await rig.say(cast.ada, "/stats")
    first = cast.ada.last.id
    await rig.press(cast.ada, "Year")
    assert cast.ada.last.id != first
    assert cast.ada.last.text.startswith("📊 2026 (Africa/Lagos)")
    assert next(one for one in cast.ada.messages if one.id == first).labels == []
    labels = [bar.label for bar in drawn(rig).over_time]
    assert (labels[0], labels[-1], len(labels)) == ("Jan", "Dec", 12)
    rig.clock.advance(7 * DAY)
    await rig.press(cast.ada, "Week")
    assert "Nothing yet this week" in cast.ada.last.text
    assert "• Week" in cast.ada.last.labels


@LIGHT
async def test_a_practice_without_anything_is_told_what_to_do(rig: Rig) -> None:
    cast = await rig.cast()
    await rig.say(cast.ada, "/stats")
    assert "Nothing yet this month" in cast.ada.last.text
    assert "Send a client a request" in cast.ada.last.text
    assert cast.ada.last.labels == ["Week", "• Month", "Year", "➕ New request", "🏠 Home"]
    assert plotter(rig).specs == []


@LIGHT
async def test_where_it_cannot_be_drawn_the_words_are_there(rig: Rig) -> None:
    cast = await one_session(rig)
    plotter(rig).fails = True
    await rig.say(cast.ada, "/stats")
    assert cast.ada.last.photo is None
    assert "Consultations completed: 1" in cast.ada.last.text
    assert "📄 CSV" in cast.ada.last.labels
    assert await rig.failed() == []


async def test_what_is_given_back_is_no_income_and_the_lines_sum_to_the_rest(rig: Rig) -> None:
    cast = await play(rig)
    await booked(rig, cast)
    request, reference = await booked(rig, await another(rig, cast), day=4)
    found = await card(rig, request)
    assert found.booking is not None
    await rig.press_data(cast.ada, f"v1:cx:{request.public_id}::{found.request.rev}")
    await rig.press(cast.ada, "Yes, cancel it")
    assert (await payment_of(rig, reference)).outcome == "refund"
    await rig.say(cast.ada, "/stats")
    assert "Income: ₦12,500.00" in cast.ada.last.text
    assert "Requests sent: 2, paid so far: 2 (100%)" in cast.ada.last.text
    rows = await file_of(rig, cast.ada)
    assert sum(Decimal(row["amount"] or 0) for row in rows) == Decimal("12500.00")
    assert sorted(row["kind"] for row in rows) == ["payment", "payment", "refund", "request", "request"]
    assert [row["amount"] for row in rows if row["kind"] == "refund"] == ["-12500.00"]


@LIGHT
async def test_clients_are_called_what_the_dietitian_calls_them(rig: Rig) -> None:
    cast = await one_session(rig)

    def rename(uow: UnitOfWork) -> None:
        known = uow.clients.find(cast.dietitian.id, cast.client.id)
        assert known is not None
        uow.clients.save(replace(known, name="=HYPERLINK(1)"))

    await rig.write(rename)
    await rig.say(cast.ada, "/stats")
    rows = await file_of(rig, cast.ada)
    assert list(rows[0]) == [
        "date (Africa/Lagos)", "kind", "service", "client", "amount", "currency", "state",
    ]  # fmt: skip
    assert {row["client"] for row in rows} == {"'=HYPERLINK(1)"}
    assert [(row["kind"], row["state"]) for row in rows] == [
        ("request", "paid"),
        ("payment", "paid"),
        ("consultation", "completed"),
    ]


@LIGHT
async def test_the_admin_sees_all_of_it_and_no_client(rig: Rig) -> None:
    await one_session(rig)
    rig.clock.advance(-6 * DAY)
    other = await rig.cast(email="tunde@example.com", name="Tunde Cole")
    await rig.confirmed(other)
    rig.clock.advance(6 * DAY)
    admin = await admin_of(rig)
    await rig.say(admin, "/admin")
    await rig.press(admin, "Stats")
    assert "All dietitians · November 2026" in admin.last.text
    assert "Income: ₦25,000.00" in admin.last.text
    assert [bar.label for bar in drawn(rig).shares] == ["Dr Ada Obi", "Dr Ada Obi"]
    seen = [admin.last.text]
    rows = await file_of(rig, admin)
    assert "client" not in rows[0]
    assert {row["dietitian"] for row in rows} == {"Dr Ada Obi"}
    assert sum(Decimal(row["amount"] or 0) for row in rows) == Decimal("25000.00")
    seen.append(str(rows))
    await rig.press_data(admin, "v1:dste::month.0:0")
    assert admin.last.text.count("Dr Ada Obi: ₦12,500.00") == 2
    assert "completed 1 · no-shows 0 · plans 0 · requests 1, paid 1 (100%)" in admin.last.text
    assert not [name for name in ("Amina", "Tunde") for text in [*seen, admin.last.text] if name in text]
    await rig.press(admin, "Back")
    assert admin.last.photo is not None


@LIGHT
async def test_an_admin_without_a_practice_gets_everybodys_by_the_command(rig: Rig) -> None:
    await one_session(rig)
    admin = await admin_of(rig)
    await rig.say(admin, "/stats")
    assert "All dietitians" in admin.last.text


@LIGHT
async def test_sixty_dietitians_are_paged(rig: Rig) -> None:
    def fill(uow: UnitOfWork) -> None:
        for _ in range(60):
            seeds.practice(uow)

    await rig.write(fill)
    admin = await admin_of(rig)
    for page, first, count in ((0, 1, 8), (7, 57, 4), (99, 57, 4)):
        await rig.press_data(admin, f"v1:dste::month.{page}:0")
        lines = admin.last.text.splitlines()[1::2]
        assert (lines[0].partition(".")[0], len(lines)) == (str(first), count)
    assert admin.last.labels == ["‹", "← Back", "🛠 Desk"]


@LIGHT
@pytest.mark.parametrize("verb", ["st", "stcsv", "dst", "dste", "dstcsv"])
async def test_it_is_for_nobody_else(rig: Rig, verb: str) -> None:
    cast = await one_session(rig)
    phones = [cast.amina] if verb.startswith("s") else [cast.amina, cast.ada]
    for phone in phones:
        assert await rig.press_data(phone, f"v1:{verb}::month.0:0") == NOT_YOURS
    assert plotter(rig).specs == []


@LIGHT
async def test_a_forged_word_is_the_usual_month(rig: Rig) -> None:
    cast = await one_session(rig)
    for argument in ("", "decade", "week-year", "..", "month.x.1"):
        await rig.press_data(cast.ada, f"v1:st::{argument}:0")
        assert "November 2026" in cast.ada.last.text
    admin = await admin_of(rig)
    for argument in ("month.99999999999", "month.-1", "month.", "x.1"):
        await rig.press_data(admin, f"v1:dste::{argument}:0")
        assert "By dietitian · November 2026" in admin.last.text
    assert await rig.failed() == []


def many(*, titles: list[str]) -> Figures:
    return Figures(
        completed=99_999,
        no_shows=99_999,
        delivered=99_999,
        sent=99_999,
        paid=33_333,
        income=tuple((title, "NGN", 99_999_999_999) for title in titles),
        totals={"NGN": 99_999_999_999, "USD": -5, "GHS": 99_999_999_999, "KES": 1, "ZAR": 99_999_999_999},
        over_time=(99_999,) * 30,
        wait=timedelta(days=99, hours=23, minutes=59),
    )


@pytest.mark.parametrize("title", [HOSTILE * 200, "&" * 4096, "ا" * 4096, "🥗" * 4096, "", "<b>" * 99])
def test_the_words_fit_under_a_picture_whatever_services_are_called(title: str) -> None:
    figures = many(titles=[f"{title} {number}" for number in range(60)])
    for of_all in (False, True):
        text = screens.stats(NOVEMBER, figures, of_all=of_all).text
        told = unescape(re.sub(r"</?[bi]>", "", text))
        assert len(told.encode("utf-16-le")) // 2 <= 1024
        assert set(re.findall(r"<[^>]*>", text)) <= {"<b>", "</b>", "<i>", "</i>"}
    assert "and 55 more (see the CSV)" in screens.stats(NOVEMBER, figures).text


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 min"),
        (0.4, "0 min"),
        (59.4, "59 min"),
        (59.6, "1 h 0 min"),
        (320, "5 h 20 min"),
        (1439, "23 h 59 min"),
        (1440, "1 d 0 h"),
        (76 * 60 + 59, "3 d 4 h"),
    ],
)
def test_how_long_it_took_is_told_shortly(minutes: float, words: str) -> None:
    assert screens.duration(timedelta(minutes=minutes)) == words


def line(**fields: object) -> StatsRow:
    given: dict[str, object] = {
        "at": MORNING,
        "dietitian": "Dr Ada Obi",
        "kind": RowKind.PAYMENT,
        "service": "Session",
        "client": "Amina",
        "amount": 5,
        "currency": "NGN",
        "state": "paid",
    }
    return StatsRow(**{**given, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+234 803", "'+234 803"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" =1", "' =1"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n@x", "'\n@x"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
        ("", ""),
        ('Bọ́lá "Ade", & <b>🌸</b>\nnew line', 'Bọ́lá "Ade", & <b>🌸</b>\nnew line'),
        ("أمينة", "أمينة"),
        ("x" * 4096, "x" * 4096),
    ],
)
def test_what_people_typed_is_no_formula_and_nothing_else_is_changed(typed: str, cell: str) -> None:
    for clients in (True, False):
        rows = [line(service=typed, client=typed, dietitian=typed)]
        content = csv_of(NOVEMBER, rows, clients=clients).decode("utf-8-sig")
        read = list(csv.DictReader(StringIO(content, newline="")))
        assert read[0]["service"] == cell
        assert read[0]["client" if clients else "dietitian"] == cell


def test_the_file_is_as_rfc_4180_has_it() -> None:
    rows = [line(service='A "b", c'), line(amount=-1_250_001, client=None), line(amount=None, currency=None)]
    content = csv_of(NOVEMBER, rows, clients=True)
    assert (
        content
        == (
            "\ufeff"
            "date (Africa/Lagos),kind,service,client,amount,currency,state\r\n"
            '2026-11-02 09:00,payment,"A ""b"", c",Amina,0.05,NGN,paid\r\n'
            "2026-11-02 09:00,payment,Session,,-12500.01,NGN,paid\r\n"
            "2026-11-02 09:00,payment,Session,Amina,,,paid\r\n"
        ).encode()
    )
    assert subunits("12500.01") == 1_250_001
