"""The screens of inviting, setting up and the home card, with the longest and the most hostile of what is typed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from domain.model.calendar import ConnectionState
from domain.model.consent import Purpose
from domain.model.message import Message
from domain.model.overview import ClientFacts, DeskFacts, DietitianFacts, Overview
from domain.model.people import Invite
from domain.model.policy import Policy
from domain.model.service import LONGEST_TITLE, FirstService, ServiceKind
from domain.model.set_up import Part, Question, SetUpState
from domain.model.views import Page
from domain.usecases.invites import Known
from handlers.screens import home, invites, setup
from handlers.typed_values import NAME_LIMIT
from tests.clock import MORNING
from tests.handlers.test_screens import EMAIL, START, ZONE, cards, filled, is_within_the_limits
from tests.rig import HOSTILE
from tests.storage import seeds


def of_admins(word: str) -> Iterator[Message]:
    name = filled(word, NAME_LIMIT)
    owner = replace(seeds.dietitian(1, name=name, email=EMAIL, timezone=ZONE, public_id="Z" * 10), id=1)
    invite = Invite(
        public_id="Z" * 10, token_hash="", name=name, created_by=1, created_at=MORNING, expires_at=START
    )
    crowd = Page(items=[invite, replace(invite, used_at=MORNING)] * 4, number=11, pages=9999, total=79_992)
    for tab in ("active", "suspended"):
        yield invites.dietitians([owner] * 999, tab, 50)
        yield invites.dietitians([], tab, 0)
    yield invites.invited(crowd, MORNING, ZONE)
    yield invites.invited(Page(items=[], number=0, pages=1, total=0), MORNING, ZONE)
    yield invites.ask_name()
    yield invites.link(invite, "https://t.me/dietdesk_bot?start=" + "x" * 32, ZONE)
    yield invites.link_picture(b"png", invite)
    for one in (invites.revoke_sure, invites.own_link):
        yield one(invite)
    yield invites.invitation(invite, START, ZONE)
    yield from (invites.already(None), invites.already(owner))
    for suspended_at in (None, MORNING):
        known = replace(owner, suspended_at=suspended_at)
        yield invites.card(Known(dietitian=known, missing=tuple(Part)), ZONE)
        yield from (invites.suspend_sure(known), invites.reinstate_sure(known))


def of_setting_up(word: str) -> Iterator[Message]:
    name = filled(word, NAME_LIMIT)
    owner = replace(seeds.dietitian(1, name=name, timezone=ZONE), id=1)
    person = replace(seeds.person(name=name, email=EMAIL, timezone=ZONE), id=2)
    invite = Invite(
        public_id="I", token_hash="", name=name, created_by=1, created_at=MORNING, expires_at=START
    )
    notice = Policy().notice(Purpose.PRACTICE)
    yield home.invited(person, invite, notice, public_url="https://example.com/" + "a" * 200)
    for kind in ServiceKind:
        first = FirstService(dietitian_id=1, kind=kind, title=filled(word, LONGEST_TITLE), minutes=480)
        state = SetUpState(person=person, invite=invite, dietitian=owner, first=first, missing=tuple(Part))
        for question in Question:
            if state.first is not None and (kind, question) == (ServiceKind.CONSULTATION, Question.DAYS):
                continue
            understood = setup.understood(question, filled(word, 4096), "NGN")
            yield setup.question(state, question, page=9, understood=understood, google=True)
        yield setup.done(owner, understood=filled("x", 100), has_meeting=False)
        yield setup.done(replace(owner, suspended_at=MORNING))


def of_homes(word: str) -> Iterator[Message]:
    card = next(
        one for one in cards(word) if one.booking is not None and one.booking.state.value == "confirmed"
    )
    owner = replace(card.dietitian, suspended_at=MORNING, zone_is_guessed=True, email="")
    held = next(
        one for one in cards(word) if one.booking is not None and one.booking.state.value == "pending"
    )
    client = ClientFacts(
        requests=1, newest=1, begun=1, hold=2, credit=3, meeting=4, intakes=9, intake=5, plans_waiting=9,
        plans_received=9, invited=True,
    )  # fmt: skip
    dietitian = DietitianFacts(
        today=99, meeting=4, unanswered=99, plans_waiting=99, plans_late=9, payments_held=9, has_service=False,
        has_hours=False, google=ConnectionState.NEEDS_RECONNECT,
    )  # fmt: skip
    known = {number: held if number == 2 else card for number in range(1, 6)}
    everything = Overview(
        client=client, dietitian=dietitian, desk=DeskFacts(money=9, links=9, late_plans=9), cards=known
    )
    person = replace(seeds.person(name=filled(word, NAME_LIMIT), timezone=ZONE), id=2)
    yield home.home(person, owner, admin=True, overview=everything, now=MORNING)
    yield home.home(person, None, overview=replace(everything, dietitian=None, desk=None), now=MORNING)
    yield home.home(person, None, overview=replace(everything, cards={}), now=MORNING)


@pytest.mark.parametrize("word", ["x", "<", "&", "🌸", "ﷺ", HOSTILE + " "])
def test_the_longest_of_everything_fits(word: str) -> None:
    for message in (*of_admins(word), *of_setting_up(word), *of_homes(word)):
        is_within_the_limits(message)
