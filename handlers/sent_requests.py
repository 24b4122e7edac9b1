"""A dietitian's request goes out, and is looked after once it is sent."""

from collections.abc import Sequence

from domain.errors import MovedOn, NotYours
from domain.model.request import RequestState
from domain.usecases.send_request import Sent
from handlers.call import Call, Reply
from handlers.callbacks import number_in
from handlers.compose import as_sent, practice, resume
from handlers.pictures import qr_png
from handlers.screens import compose, several


async def send(call: Call) -> Reply:
    press = call.button
    sent = await call.cases.send(dietitian=practice(call), public_id=press.subject, rev=press.rev)
    await call.cases.ask.take_back(telegram_id=call.telegram_id)
    return _sent(call, sent[0]) if len(sent) == 1 else _all_sent(call, sent)


async def renew(call: Call) -> Reply:
    sent = await call.cases.renew_link(dietitian=practice(call), public_id=call.button.subject)
    return _sent(call, sent)


def _sent(call: Call, sent: Sent) -> Reply:
    """The link is known only now, so it stands in a message that no later press draws anew."""
    if sent.token is None:
        return Reply(screen=compose.sent_directly(sent.card))
    link = _link(call, sent.token)
    mailed = call.house.mail_is_sent and bool(sent.card.request.client_email)
    return Reply(
        screen=as_sent(call, sent.card),
        also=(
            compose.sent_by_link(sent.card, link, mailed=mailed),
            compose.link_picture(sent.card, qr_png(link)),
        ),
    )


def _link(call: Call, token: str) -> str:
    return f"https://t.me/{call.house.bot_username}?start={token}"


def _all_sent(call: Call, sent: Sequence[Sent]) -> Reply:
    """The links of those who can't be written to stand in one message, and all of many in a file."""
    links = [(one.card, _link(call, one.token)) for one in sent if one.token is not None]
    also = several.links(links) if links else ()
    return Reply(screen=several.sent([one.card for one in sent], len(links)), also=also)


async def sent_list(call: Call) -> Reply:
    """The dietitian's requests in one state; the argument is `state.page`."""
    state, _, number = call.button.argument.partition(".")
    if state not in compose.STATES:
        state = "pending"
    page = await call.cases.look.requests_of_dietitian(
        dietitian=practice(call),
        states=compose.STATES[state],
        number=number_in(number) or 0,
    )
    return Reply(screen=compose.sent_list(page, state, call.house.clock.now()))


async def remind(call: Call) -> Reply:
    card = await call.cases.requests.remind(dietitian=practice(call), public_id=call.button.subject)
    return Reply(screen=as_sent(call, card), toast="Your client is reminded")


async def again(call: Call) -> Reply:
    """What came to nothing, once more: looked over before it is sent."""
    return await resume(
        call, await call.cases.start_request.again(dietitian=practice(call), public_id=call.button.subject)
    )


async def withdraw(call: Call) -> Reply:
    card, _ = await call.cases.look.card(telegram_id=call.telegram_id, public_id=call.button.subject)
    if card.dietitian.id != practice(call).id:
        raise NotYours
    if card.request.state is not RequestState.PENDING:
        raise MovedOn
    return Reply(screen=compose.withdraw_sure(card))


async def withdraw_sure(call: Call) -> Reply:
    card = await call.cases.withdraw(dietitian=practice(call), public_id=call.button.subject)
    return Reply(screen=as_sent(call, card), toast="Cancelled; your client is told")
