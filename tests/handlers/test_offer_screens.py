"""What a dietitian sees while changing what they offer, with the longest and most hostile words there can be."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from domain.model.message import Message
from domain.model.people import Template
from domain.model.service import LONGEST_DESCRIPTION, LONGEST_TITLE, Service, ServiceKind
from domain.usecases.add_service import QUESTIONS, ServiceDraft
from domain.usecases.compose_request import MESSAGE_LIMIT
from domain.usecases.edit_service import Placed
from domain.usecases.several_clients import MOST_AT_ONCE
from domain.usecases.templates import MOST_TEMPLATES
from handlers.screens import compose, edit_offers, offers, settings, several, templates
from handlers.screens.parts import page_of
from tests.clock import MORNING
from tests.handlers.test_screens import Reader, cards, clients, filled, is_within_the_limits
from tests.rig import HOSTILE
from tests.storage import seeds

LINK = "https://t.me/dietdesk_bot?start=" + "x" * 32


def service(kind: ServiceKind, word: str) -> Service:
    return Service(
        public_id="Z" * 10, dietitian_id=1, slug="s", kind=kind, title=filled(word, LONGEST_TITLE),
        minutes=480 if kind is ServiceKind.CONSULTATION else None, price=99_999_999_999, currency="NGN",
        description=filled(word, LONGEST_DESCRIPTION), promised_days=90, questions=("Why?",) * 12,
    )  # fmt: skip


def of_offers(word: str) -> Iterator[Message]:
    for kind in ServiceKind:
        one = service(kind, word)
        for placed in (Placed(service=one, place=100, count=200), Placed(service=one, place=None, count=0)):
            for field in QUESTIONS[kind]:
                yield offers.offer(placed, edit_offers.changed(one, field))
        for asked in QUESTIONS[kind]:
            draft = ServiceDraft(
                public_id="Z" * 10, kind=kind, asked=asked, title=one.title, minutes=480, price=one.price
            )
            yield edit_offers.adding(draft, "NGN")
            yield edit_offers.changing(one, asked)
        yield offers.archive_sure(one)
        yield offers.offers(page_of([one] * 200, 12, 8))
        yield offers.archived([one] * 200, 12)
    yield from (offers.offers(page_of([], 0, 8)), offers.archived([], 0), edit_offers.choose_kind())
    yield settings.request_days(seeds.dietitian(1))


def of_requests(word: str) -> Iterator[Message]:
    card = next(cards(word))
    known = clients(card) * (MOST_AT_ONCE // 5)
    chosen = tuple(10**14 + at for at in range(MOST_AT_ONCE))
    many = replace(card, request=replace(card.request, chosen_clients=chosen))
    yield several.choose(many, page_of(known, 1, 8))
    yield several.sent([card] * MOST_AT_ONCE, MOST_AT_ONCE)
    for number in (1, several.LINKS_LISTED, MOST_AT_ONCE):
        yield from several.links([(card, LINK)] * number)
    yield compose.ask_message(many)
    for kept in (True, False):
        yield compose.review(many, known, kept=kept)
    words = Template(public_id="Z" * 10, dietitian_id=1, text=filled(word, MESSAGE_LIMIT), created_at=MORNING)
    for number in (0, MOST_TEMPLATES):
        yield templates.templates(card, [words] * number, 2)
    yield templates.drop_sure(card, words)


@pytest.mark.parametrize("word", ["x", "<", "&", "🌸", "ﷺ", HOSTILE + " "])
def test_the_longest_of_everything_fits(word: str) -> None:
    messages = [*of_offers(word), *of_requests(word)]
    assert len(messages) > 40
    for message in messages:
        is_within_the_limits(message)
        assert message.rows or message.file, "a way back"


def test_hostile_words_are_read_as_they_were_typed() -> None:
    quoted = 0
    for message in (*of_offers(HOSTILE), *of_requests(HOSTILE)):
        words = Reader(message.text).words
        assert "&lt;" not in words
        quoted += "O'Brien & 🌸" in words
    assert quoted > 25


def test_a_name_in_the_file_of_links_is_no_formula() -> None:
    card = next(cards("x"))
    named = replace(card, request=replace(card.request, client_name="=HYPERLINK(1)"))
    file = several.links([(named, LINK)] * 6)[1].file
    assert file is not None
    assert b"'=HYPERLINK" in file.content
