"""The privacy policy as data, and everything that is read of it: the notices, `/privacy` and the page.

What the Nigeria Data Protection Act 2023 (section 27) wants said before anything is taken: who, what, why, on what
ground, who receives it, how long, which rights, where to complain. Changed words are another version: everybody is
asked again, and what they agreed to before stays readable beside their consent.
"""

from dataclasses import dataclass

from domain.model.consent import Purpose, Wording
from domain.model.intake import INTAKE_CONSENT_VERSION
from domain.model.people import CONSENT_VERSION
from domain.model.retention import Retention

VERSIONS = {
    Purpose.PRACTICE: CONSENT_VERSION,
    Purpose.HEALTH: INTAKE_CONSENT_VERSION,
    Purpose.MAIL: "2026-11-25",
}
WHAT_CHANGED = (
    "It says more exactly who is answerable, what is kept and for how long, who receives it, and what your rights "
    "are."
)
"""For those who agreed to an earlier version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who runs this bot, in the law's words the controller. `contact` is an e-mail address or a phone number."""

    name: str
    address: str
    contact: str
    officer: str | None = None  # the data protection officer, where there is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    title: str
    what: str
    why: str
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    name: str
    gets: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    title: str
    lines: tuple[str, ...]


USES = {
    Purpose.PRACTICE: Use(
        title="Running the practice",
        what="your name and Telegram id, your e-mail address once you give it, your time zone, your requests, bookings "
        "and payments, and the messages about them",
        why="to arrange what you and your dietitian agree on, to take payments, and to keep the accounts that the law "
        "demands",
        ground="your agreement, the contract you ask for, and the law on accounts (section 25 of the Nigeria Data "
        "Protection Act 2023)",
    ),
    Purpose.HEALTH: Use(
        title="Health data",
        what="your answers to what a dietitian asks before a plan or a session; the plans you get; your dietitian's "
        "own notes about you",
        why="so that your dietitian can make the plan or prepare the session that you asked for",
        ground="for your answers your explicit consent, each time and apart from everything else; for plans and notes "
        "that your dietitian cares for you and is bound to secrecy (section 30 of the Act)",
    ),
    Purpose.MAIL: Use(
        title="Receipts by e-mail",
        what="your e-mail address, and what of your payments and refunds a receipt says: what for, when and how much",
        why="so that you have the receipts in your mailbox as well",
        ground="your agreement, apart from everything else (section 25 of the Act)",
    ),
}
RECIPIENTS = (
    Recipient(name="your dietitian", gets="what concerns your requests, sessions, payments and plans"),
    Recipient(
        name="the admins of this bot",
        gets="bookings and payments that need a person; no answers about health, no notes, no plans",
    ),
    Recipient(name="Telegram", gets="every message between you and this bot, which it carries"),
    Recipient(name="Paystack", gets="your payments, and your e-mail address for them; nothing about health"),
    Recipient(
        name="Google",
        gets="where your dietitian has connected it, the time of a session, for the meeting link; not who you are",
    ),
    Recipient(
        name="the host", gets="what this program stores, which lies on its computers; the key is kept apart"
    ),
    Recipient(
        name="the mail server",
        gets="what is sent to you by e-mail: an invitation, messages and plans while your chat is closed to this bot, "
        "receipts if you want them",
    ),
)
ABROAD = (
    "Some of them work outside Nigeria. What you ask for cannot be done without them, and you agree to it with this "
    "notice (sections 41 to 43 of the Act)."
)
SEALED = (
    "Answers about health, notes and plans are stored encrypted. What you write here is carried by Telegram, whose "
    "chats with bots are not encrypted from end to end. Nothing is sold, and no machine decides about you alone."
)
RIGHTS = (
    "See what is kept about you and take it with you: /mydata.",
    "Correct it: /settings.",
    "Have it deleted: /deletemydata. What the law on accounts demands stays, without your name.",
    "Take back what you agreed to, as easily as you gave it: /settings → Privacy.",
    "Object to what is done with your data, or have it limited: write to whoever runs this bot.",
)
COMPLAINTS = (
    "You may complain to the Nigeria Data Protection Commission (NDPC): ndpc.gov.ng, info@ndpc.gov.ng."
)
ADULTS = "This bot is for adults. For somebody under 18, a parent or guardian must agree and act."
NOBODY_NAMED = "Whoever runs this bot is answerable for your data; ask your dietitian how to reach them."


def retention_words(kept: Retention | None = None) -> tuple[str, ...]:
    """How long each thing is kept. The first line is for everybody, the second about health."""
    days = kept or Retention()
    return (
        "What you are here for: until you have it deleted. Payments: as long as the law on accounts demands.",
        f"Answers about health: until you delete them, at most {_days(days.health)} after your last visit.",
        f"What was begun and never sent: {_days(days.drafts)}. Links after they expired: {_days(days.links)}.",
        f"The words of messages to you: {_days(days.messages)}.",
        f"What Telegram and Paystack sent here: until it is answered; what could not be: {_days(days.raw)}.",
        f"Who did what to which record, and when: {_days(days.audit)}.",
        f"The program's own log, which names nobody: {_days(days.logs)}.",
    )


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """For one installation: who runs it, and how long it keeps things."""

    operator: Operator | None = None
    kept_for: tuple[str, ...] = retention_words()

    def notice(self, purpose: Purpose) -> Wording:
        """What is agreed to."""
        lines = {
            Purpose.PRACTICE: self._practice,
            Purpose.HEALTH: self._health,
            Purpose.MAIL: self._mail,
        }[purpose]()
        return Wording(purpose=purpose, version=VERSIONS[purpose], words="\n".join(lines))

    def sections(self) -> tuple[Section, ...]:
        """All of it."""
        recipients = tuple(f"{_capital(one.name)}: {one.gets}." for one in RECIPIENTS)
        return (
            Section(title="Who is answerable", lines=self._answerable()),
            *(Section(title=use.title, lines=_about(use)) for use in USES.values()),
            Section(title="Who receives it", lines=(*recipients, ABROAD, SEALED)),
            Section(title="How long", lines=self.kept_for),
            Section(title="Your rights", lines=(*RIGHTS, COMPLAINTS)),
            Section(title="Adults", lines=(ADULTS,)),
            Section(title="Versions", lines=(f"This is version {VERSIONS[Purpose.PRACTICE]}.",)),
        )

    def about(self, purpose: Purpose) -> Section:
        """One purpose, for a screen of its own."""
        return Section(title=USES[purpose].title, lines=(*_about(USES[purpose]), SEALED, self.kept_for[1]))

    def _answerable(self) -> tuple[str, ...]:
        who = self.operator
        if who is None:
            return (NOBODY_NAMED,)
        named = f"{who.name}, {who.address}, is answerable for your data: {who.contact}."
        return (named,) if who.officer is None else (named, f"Data protection officer: {who.officer}.")

    def _practice(self) -> tuple[str, ...]:
        names = [one.name for one in RECIPIENTS]
        return (
            "Privacy, in short",
            *self._answerable(),
            *_about(USES[Purpose.PRACTICE]),
            f"Received by: {', '.join(names[:-1])} and {names[-1]}. {ABROAD} Nothing is sold.",
            "What concerns your health is asked only if you agree to that separately.",
            f"How long: {self.kept_for[0]}",
            _RIGHTS_IN_SHORT,
            COMPLAINTS,
            ADULTS,
        )

    def _health(self) -> tuple[str, ...]:
        return (
            "Your answers are health data",
            f"Why: {USES[Purpose.HEALTH].why}.",
            *_HEALTH,
            self.kept_for[1],
            *self._answerable(),
            COMPLAINTS,
            ADULTS,
        )

    def _mail(self) -> tuple[str, ...]:
        use = USES[Purpose.MAIL]
        return (use.title, *_about(use), *_MAIL, *self._answerable(), COMPLAINTS)


_RIGHTS_IN_SHORT = (
    "Your rights: see it (/mydata), correct it (/settings), have it deleted (/deletemydata), and take back your "
    "agreement (/settings → Privacy), at any time."
)
_HEALTH = (
    (
        "Seen by: the dietitian who asks, alone; no other user and no admin. Each time they are read is written "
        "down. Telegram carries what you type; here it is stored encrypted."
    ),
    "Ground: your explicit consent, for this request alone (section 30 of the Nigeria Data Protection Act 2023).",
    (
        "You need not answer: what you have paid for stays yours. You can skip any question, change an answer, and "
        "take back all of them at any time, here or in /settings → Privacy: they are deleted at once."
    ),
)
_MAIL = (
    (
        "Received by: the mail server and your own mail provider, who carry them; e-mail may be read on its way. No "
        "answers about health, no notes and no plans are in them."
    ),
    "Everything reaches you in Telegram without it. Switch it off at any time in /settings → Privacy.",
)


def _about(use: Use) -> tuple[str, ...]:
    return f"Kept: {use.what}.", f"Why: {use.why}.", f"Ground: {use.ground}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
