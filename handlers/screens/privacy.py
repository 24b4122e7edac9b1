"""What somebody has agreed to, in which words, and taking it back."""

from domain.model.consent import Purpose, Wording, request_of
from domain.model.message import Button, Message
from domain.model.people import Person
from domain.model.policy import USES
from domain.model.views import Page
from domain.usecases.consenting import Agreed
from handlers.callbacks import Verb
from handlers.formats import moment, safe
from handlers.screens.home import notice_text, privacy_link
from handlers.screens.parts import HOME, button, numbered, page_of, pager, rows, short

SIZE = 5
_ROOM = 60
_THEIRS = (button("📦 My data", Verb.MY_DATA), button("🗑 Delete my data", Verb.ERASURE))
BACK = button("← Back", Verb.PRIVACY, argument="0")


def agreements(
    person: Person, found: list[Agreed], number: int, *, public_url: str | None, mail_is_sent: bool
) -> Message:
    page = page_of(found, number, SIZE)
    parts = [
        f"<b>Privacy</b>{numbered(page)}\nWhat you have agreed to. Each can be taken back as easily as it was given."
    ]
    parts += [
        f"{at}. {_named(one)}\n{_given(one, person.timezone)}"
        for at, one in enumerate(page.items, _first(page))
    ]
    purposes = {one.consent.purpose for one in found}
    if Purpose.PRACTICE not in purposes:
        parts.append(
            "You have not agreed to the privacy notice, or have taken that back: nothing is begun or kept here but what "
            "your booked and paid sessions need."
        )
    offer = mail_is_sent and Purpose.MAIL not in purposes and person.has_consented
    return Message(
        text="\n\n".join(parts),
        rows=rows(
            *(_buttons(at, one) for at, one in enumerate(page.items, _first(page))),
            pager(page, Verb.PRIVACY),
            [button("📧 Receipts by e-mail", Verb.MAIL_NOTICE)] if offer else [],
            _THEIRS,
            privacy_link(public_url),
            [button("← Back", Verb.SETTINGS), HOME],
        ),
    )


def _first(page: Page[Agreed]) -> int:
    return page.number * SIZE + 1


def _named(one: Agreed) -> str:
    title = f"<b>{USES[one.consent.purpose].title}</b>"
    if one.consent.record is None:
        return title
    return f"{title}: {safe(short(one.title, _ROOM))}, {safe(short(one.dietitian, _ROOM))}"


def _given(one: Agreed, timezone: str) -> str:
    version = f", version {safe(one.consent.version)}" if one.consent.version else ""
    return f"Agreed to on {moment(one.consent.given_at, timezone)}{version}"


def _on(one: Agreed, label: str, verb: Verb) -> Button:
    public_id = request_of(one.consent)
    return button(label, verb, public_id or "", "" if public_id else one.consent.purpose.value)


def _buttons(at: int, one: Agreed) -> list[Button]:
    return [_on(one, f"📄 Words {at}", Verb.CONSENT), _on(one, f"↩️ Take back {at}", Verb.DROP_CONSENT)]


def words(one: Agreed, timezone: str) -> Message:
    """The proof of it, for them as well."""
    kept = "An earlier release of this bot did not keep the words."
    if one.wording is not None:
        kept = f"<blockquote>{safe(one.wording.words)}</blockquote>\nSHA-256: <code>{one.consent.words_hash}</code>"
    return Message(
        text=f"{_named(one)}\n{_given(one, timezone)}, to these words:\n\n{kept}",
        rows=rows([_on(one, "↩️ Take back", Verb.DROP_CONSENT)], [BACK, HOME]),
    )


def leave_sure(*, is_dietitian: bool) -> Message:
    practice = (
        "\n\n⚠️ You have a practice here. Without this agreement you can only cancel or move what is booked in it. What "
        "clients have booked goes on; the admins are told."
    )
    return Message(
        text="Take back your agreement to the privacy notice?\n\nFrom then on nothing is begun or kept but what "
        "your booked and paid sessions and meal plans need: you can see, move and cancel those, and you still hear of "
        "them. For all else the notice comes first. What is kept already "
        f"stays until you have it deleted.{practice if is_dietitian else ''}",
        rows=rows(
            [BACK],
            [button("🗑 Delete my data instead", Verb.ERASURE)],
            [button("↩️ Yes, take it back", Verb.DROP_CONSENT_SURE, argument=Purpose.PRACTICE.value)],
        ),
    )


def left() -> Message:
    return Message(
        text="↩️ Taken back. From now on nothing is begun or kept but what your booked and paid sessions and meal plans "
        "need: see, move or cancel them with /upcoming and /mealplans.\n\nWhat is kept already stays until you have it "
        "deleted: /deletemydata. If you change your mind, the notice waits under Home.",
        rows=rows(_THEIRS, [BACK, HOME]),
    )


def answers_sure(question: Message, one: Agreed) -> Message:
    """The question of the intake's own screen, with the way back to here."""
    return Message(
        text=question.text,
        rows=rows([BACK], [_on(one, "🗑 Yes, delete them", Verb.DROP_CONSENT_SURE)]),
    )


def mail_notice(notice: Wording, email: str, public_url: str | None) -> Message:
    return Message(
        text=f"{notice_text(notice)}\n\nThey go to {safe(email)}. Press Agree to switch them on.",
        rows=rows(
            [button("✅ Agree", Verb.MAIL_AGREE, rev=notice.mark)], privacy_link(public_url), [BACK, HOME]
        ),
    )


def mail_needs_address() -> Message:
    return Message(
        text="Receipts by e-mail need an address, and none of yours is known. Type it under E-mail, then come back here: "
        "/settings → Privacy.",
        rows=rows([button("✏️ E-mail", Verb.CHANGE_EMAIL)], [BACK, HOME]),
    )
