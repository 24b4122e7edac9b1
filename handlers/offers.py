"""/services: a dietitian's own, their questions, and public links to them."""

import unicodedata

from domain.errors import Malformed, MovedOn
from domain.model.intake import LONGEST_QUESTION, MOST_QUESTIONS
from domain.model.service import Service
from domain.model.step import StepKind
from handlers.call import Call, Reply
from handlers.callbacks import number_in
from handlers.compose import practice
from handlers.pictures import qr_png
from handlers.screens import offers
from handlers.shop import public_link as link_to
from handlers.typed_offers import one_line


async def services(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    number = call.press.page if call.press else 0
    return Reply(
        screen=offers.offers(await call.cases.look.services(dietitian=practice(call), number=number))
    )


async def _own(call: Call, public_id: str) -> Service:
    return await call.cases.offers.one(dietitian=practice(call), public_id=public_id)


async def offer(call: Call) -> Reply:
    """An archived one too."""
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    placed = await call.cases.services.edit.look(dietitian=practice(call), public_id=call.button.subject)
    return Reply(screen=offers.offer(placed))


async def questions(call: Call) -> Reply:
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return Reply(screen=offers.questions(await _own(call, call.button.subject)))


async def add_question(call: Call) -> Reply:
    service = await _own(call, call.button.subject)
    if len(service.questions) >= MOST_QUESTIONS:
        raise Malformed(f"There are {MOST_QUESTIONS} questions already. Remove one first.")
    await call.cases.ask(
        telegram_id=call.telegram_id, kind=StepKind.INTAKE_QUESTION, subject=service.public_id
    )
    return Reply(screen=offers.ask_question(service))


async def ask_again(call: Call, subject: str) -> Reply:
    return Reply(screen=offers.ask_question(await _own(call, subject)))


async def question_typed(call: Call, subject: str) -> Reply:
    service = await call.cases.offers.add_question(
        dietitian=practice(call), public_id=subject, question=question_of(call.text)
    )
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return Reply(screen=offers.questions(service))


def question_of(text: str) -> str:
    """Any script, on one line."""
    question = one_line(text)
    if not any(unicodedata.category(c)[0] in "LN" for c in question):
        raise Malformed("I need a question in words. For example: Do you have any allergies?")
    if len(question) > LONGEST_QUESTION:
        raise Malformed(
            f"That has {len(question)} characters; a question may have {LONGEST_QUESTION}. Make it shorter, or make "
            "two of it."
        )
    return question


async def drop_question(call: Call) -> Reply:
    """The argument is `place.count`; the revision is the list's fingerprint."""
    press = call.button
    place, _, count = press.argument.partition(".")
    try:
        service = await call.cases.offers.drop_question(
            dietitian=practice(call),
            public_id=press.subject,
            place=_number(place),
            count=_number(count),
            mark=press.rev,
        )
    except MovedOn:
        screen = offers.questions(await _own(call, press.subject))
        return Reply(screen=screen, toast="The list has changed meanwhile; here it is. Nothing was removed.")
    return Reply(screen=offers.questions(service), toast="Removed")


def _number(text: str) -> int:
    """-1, which is no place, for anything that is no number."""
    number = number_in(text)
    return -1 if number is None else number


async def public_link(call: Call) -> Reply:
    """To one service, or without a subject to all that they offer."""
    dietitian, service = practice(call), None
    if call.button.subject:
        service = await _own(call, call.button.subject)
        if service.by_request_only:
            raise Malformed("It is by request only, so it has no public link: send your client a request.")
    link = link_to(call.house.bot_username, service.public_id if service else dietitian.public_id)
    return Reply(screen=offers.public_link(link, service), also=(offers.link_picture(qr_png(link), service),))
