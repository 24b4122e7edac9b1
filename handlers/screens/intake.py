"""What a dietitian wants to know: the consent, a question, all of it for the client, the answers for the dietitian."""

from collections.abc import Sequence

from domain.model.consent import Wording
from domain.model.intake import LONGEST_ANSWER, SKIPPED
from domain.model.message import Button, Message, Rows, units
from domain.model.policy import Section
from domain.model.service import ServiceKind
from domain.model.views import Page, RequestCard
from domain.usecases.read_intake import Closed, IntakeView, Standing
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.screens.booking import after
from handlers.screens.home import notice_text, privacy_link
from handlers.screens.parts import HOME, button, client_name, numbered, pager, rows

PRIVACY = "privacy"
"""The argument of INTAKE that shows what becomes of the answers."""
LATER = "later"
"""The argument of INTAKE that puts it off."""
_ROOM = 3500  # of the 4096 that a message holds, in UTF-16 units
_IN_A_ROW = 4


def client_intake_row(card: RequestCard) -> list[Button]:
    """For the client's screens of a request that has an intake."""
    return [_to(card, "📝 Questions for you", Verb.INTAKE)]


def dietitian_intake_row(card: RequestCard) -> list[Button]:
    """The same for the dietitian's."""
    return [_to(card, "📝 Answers", Verb.INTAKE_READ)]


def _to(card: RequestCard, label: str, verb: Verb, argument: str = "", rev: int = 0) -> Button:
    return button(label, verb, card.request.public_id, argument, rev)


def _thing(card: RequestCard) -> str:
    return "plan" if card.request.kind is ServiceKind.MEAL_PLAN else "session"


def _who(card: RequestCard) -> str:
    return f"<b>{safe(card.dietitian.name)}</b>"


def _until(card: RequestCard) -> str:
    return (
        "until the plan is sent" if card.request.kind is ServiceKind.MEAL_PLAN else "until the session begins"
    )


def consent(card: RequestCard, count: int, notice: Wording, standing: Standing = Standing.NEW) -> Message:
    """Before anything is asked."""
    things = "1 thing" if count == 1 else f"{count} things"
    before = {
        Standing.DECLINED: f"You would rather not say, and that is fine. {_who(card)} sees only that. If you change your "
        "mind:\n\n",
        Standing.DELETED: f"🗑 Your answers and your consent are deleted. {_who(card)} finds only that from now on. If you would like "
        "to answer after all:\n\n",
    }.get(standing, "")
    text = (
        f"{before}📝 {_who(card)} would like to know {things} before your {_thing(card)}.\n\n"
        f"{notice_text(notice)}\n\nNothing is asked before you press Agree."
    )
    refuse = [] if standing is Standing.DECLINED else [_to(card, "✖️ Rather not", Verb.INTAKE_REFUSE)]
    return Message(text=text, rows=_consent_rows(card, notice, refuse))


def _consent_rows(card: RequestCard, notice: Wording, otherwise: list[Button]) -> Rows:
    return rows(
        [_to(card, "✅ Agree", Verb.INTAKE_AGREE, notice.version, notice.mark)],
        [_to(card, "🕓 Not now", Verb.INTAKE, LATER), *otherwise],
        [_to(card, "📄 Privacy", Verb.INTAKE, PRIVACY)],
    )


def consent_again(card: RequestCard, notice: Wording) -> Message:
    """Agreed to in the words of an earlier version, and not at its end yet."""
    text = (
        f"🔁 <b>The notice about your answers has changed</b> since you agreed to it. Your answers for {_who(card)} are as you "
        f"left them; nothing more is asked before you agree to these words.\n\n{notice_text(notice)}"
    )
    delete = [_to(card, "🗑 Delete my answers", Verb.INTAKE_CLEAR)]
    return Message(text=text, rows=_consent_rows(card, notice, delete))


def privacy(view: IntakeView, section: Section, public_url: str | None) -> Message:
    card = view.card
    text = (
        f"<b>What becomes of your answers</b>\nThey are asked for one purpose: your {_thing(card)} with {_who(card)}.\n"
        f"{safe(chr(10).join(section.lines))}\n"
        f"You need not answer: your {_thing(card)} is paid for and stays yours. You can skip a question, change an answer "
        f"{_until(card)}, and delete all answers together with your consent at any time."
    )
    return Message(text=text, rows=rows(privacy_link(public_url), [_to(card, "← Back", Verb.INTAKE), HOME]))


def later(view: IntakeView) -> Message:
    card = view.card
    where = "/mealplans" if card.request.kind is ServiceKind.MEAL_PLAN else "/upcoming"
    return Message(
        text=f"No hurry. The questions wait for you {_until(card)}: under {where} → Details → Questions for you.",
        rows=rows([_back(card), HOME]),
    )


def as_it_stands(view: IntakeView, notice: Wording, number: int = 0) -> Message:
    """Where the client is: at a question, else at all of them, else before the consent."""
    if view.outdated and view.closed is None:
        return consent_again(view.card, notice)
    if view.place is not None:
        return question(view, view.place)
    if view.agreed:
        return overview(view, number)
    if view.closed is not None:
        text = f"{_closed(view)} Nothing is asked any more, and no answer of yours is kept."
        return Message(text=text, rows=((HOME,),))
    return consent(view.card, len(view.answers), notice, view.standing)


def not_taken(screen: Message) -> Message:
    """After a text that answers nothing any more."""
    return after(
        "I have not kept that message as an answer: things have moved on. Here is where it stands.", screen
    )


def question(view: IntakeView, place: int) -> Message:
    card, answer = view.card, view.answers[place]
    parts = [f"<b>Question {place + 1} of {len(view.answers)}</b>", safe(view.intake.questions[place])]
    if answer is None:
        parts.append(f"\n<i>Type your answer, up to {LONGEST_ANSWER:,} characters, or skip it.</i>")
    elif answer == SKIPPED:
        parts.append("\nYou skipped it. <i>Type an answer, or leave it so.</i>")
    else:
        parts.append(
            f"\nYour answer:\n<blockquote>{safe(answer)}</blockquote>\n<i>Type another, or keep it.</i>"
        )
    return Message(text="\n".join(parts), rows=rows(_choices(card, view, place), _ways(view, place), [HOME]))


def _choices(card: RequestCard, view: IntakeView, place: int) -> list[Button]:
    answer, rev = view.answers[place], view.intake.rev
    if answer is None:
        return [_to(card, "⏭ Skip", Verb.INTAKE_SKIP, str(place), rev)]
    if answer == SKIPPED:
        return [_to(card, "▶️ Leave it so", Verb.INTAKE)]
    return [
        _to(card, "▶️ Keep it", Verb.INTAKE),
        _to(card, "⏭ Skip instead", Verb.INTAKE_SKIP, str(place), rev),
    ]


def _ways(view: IntakeView, place: int) -> list[Button]:
    """Back to the one before; once all were asked, back to the list of them."""
    if view.standing is Standing.DONE:
        return [_to(view.card, "← Back", Verb.INTAKE, "0")]
    back = [_to(view.card, "← Back", Verb.INTAKE_ASK, str(place - 1))] if place else []
    return [*back, _to(view.card, "📋 My answers", Verb.INTAKE, "0")]


def overview(view: IntakeView, number: int) -> Message:
    """The client's own: each question with its answer, and a button to change it."""
    card, page = view.card, _paged(view, number)
    parts = [
        f"📝 <b>Your answers for {_who(card)}</b>{numbered(page)}",
        *(_entry(view, at) for at in page.items),
    ]
    if view.closed is not None:
        parts.append(f"<i>{_closed(view)} They can no longer be changed, but you can delete them.</i>")
    else:
        parts.append(f"<i>You can change them {_until(card)}.</i>")
    go_on = [_to(card, "▶️ Go on", Verb.INTAKE)] if view.following is not None else []
    return Message(
        text="\n\n".join(parts),
        rows=rows(
            go_on,
            *_changes(view, page.items),
            pager(page, Verb.INTAKE, subject=card.request.public_id),
            [_to(card, "🗑 Delete my answers", Verb.INTAKE_CLEAR)],
            [_back(card), HOME],
        ),
    )


def _changes(view: IntakeView, places: Sequence[int]) -> list[list[Button]]:
    if view.closed is not None:
        return []
    buttons = [
        _to(view.card, f"✏️ {place + 1}", Verb.INTAKE_ASK, str(place))
        for place in places
        if view.answers[place] is not None
    ]
    return [buttons[at : at + _IN_A_ROW] for at in range(0, len(buttons), _IN_A_ROW)]


def _back(card: RequestCard) -> Button:
    plan = card.request.kind is ServiceKind.MEAL_PLAN
    return _to(card, "← Back", Verb.MEAL_PLAN if plan else Verb.BOOKING)


def clear_sure(view: IntakeView) -> Message:
    card = view.card
    return Message(
        text=f"Delete all your answers for {_who(card)}, and your consent with them? {_who(card)} will find only that they were "
        "deleted; what they have read before, they have read. This cannot be undone.\nWhat you typed stays in this chat until you delete it here yourself.",
        rows=rows(
            [_to(card, "← Back", Verb.INTAKE, "0")],
            [_to(card, "🗑 Yes, delete them", Verb.INTAKE_CLEAR_SURE)],
        ),
    )


def answers(view: IntakeView, number: int) -> Message:
    """For the dietitian."""
    card = view.card
    plan = card.request.kind is ServiceKind.MEAL_PLAN
    back = [_to(card, "← Back", Verb.PLAN if plan else Verb.BOOKING), HOME]
    head = f"📝 <b>{client_name(card)}</b> – {safe(card.request.title or '')}"
    if not view.agreed:
        return Message(text=f"{head}\n\n{_UNANSWERED[view.standing]}", rows=rows(back))
    if view.closed is Closed.CANCELLED:
        return Message(text=f"{head}\n\nThis was cancelled, so the answers are closed.", rows=rows(back))
    page = _paged(view, number)
    parts = [f"{head}{numbered(page)}", *(_entry(view, at) for at in page.items)]
    turning = pager(page, Verb.INTAKE_READ, subject=card.request.public_id)
    return Message(text="\n\n".join(parts), rows=rows(turning, back))


_UNANSWERED = {
    Standing.NEW: "Not answered yet: your client has not agreed to be asked.",
    Standing.DECLINED: "They would rather not say.",
    Standing.DELETED: "Deleted by the client.",
}


def _closed(view: IntakeView) -> str:
    match view.closed:
        case Closed.SENT:
            return "Your plan has been sent."
        case Closed.BEGUN:
            return "Your session has begun."
        case _:
            return f"Your {_thing(view.card)} was cancelled."


def _entry(view: IntakeView, place: int) -> str:
    answer = view.answers[place]
    if answer is None:
        said = "<i>not answered yet</i>"
    elif answer == SKIPPED:
        said = "<i>skipped</i>"
    else:
        said = f"<blockquote>{safe(answer)}</blockquote>"
    return f"{place + 1}. {safe(view.intake.questions[place])}\n{said}"


def _paged(view: IntakeView, number: int) -> Page[int]:
    """As many questions on a page as a message holds; a page there is not is the last one."""
    pages: list[list[int]] = [[]]
    used = 0
    for place, (asked, answer) in enumerate(zip(view.intake.questions, view.answers, strict=True)):
        size = units(asked) + units(answer or "") + 40
        if pages[-1] and used + size > _ROOM:
            pages.append([])
            used = 0
        pages[-1].append(place)
        used += size
    number = min(number, len(pages) - 1)
    return Page(items=pages[number], number=number, pages=len(pages), total=len(view.answers))
