"""Who is in the chat, what they agreed to, and whose link it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import LinkUsedUp
from domain.model.consent import Purpose
from domain.model.ids import token_hash
from domain.model.link import LINK_LIVES, Link, LinkPurpose
from domain.model.people import CONSENT_VERSION, Client, Person
from domain.model.policy import Policy
from domain.ports import UnitOfWork
from domain.usecases.meet_person import Agree, ChangeProfile, MeetPerson, NoteReachability
from domain.usecases.open_link import OpenLink
from storage.database import Database
from tests.clock import MORNING, FrozenClock
from tests.storage.seeds import Practice, person, practice, request

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
SECRET = "a-secret-of-one-link"
NOTICE = Policy().notice(Purpose.PRACTICE)


@pytest.fixture
def meet(database: Database, clock: FrozenClock) -> MeetPerson:
    return MeetPerson(transactions=database, clock=clock, default_timezone="Africa/Lagos")


async def test_the_first_word_makes_a_person_of_them(meet: MeetPerson) -> None:
    caller = await meet(telegram_id=7, name="Bola", language="yo")
    assert (caller.person.name, caller.person.language, caller.person.timezone) == (
        "Bola",
        "yo",
        "Africa/Lagos",
    )
    assert caller.person.started_at == MORNING
    assert not caller.person.has_consented
    assert caller.dietitian is None


async def test_they_keep_their_name_and_the_time_of_their_first_word(
    database: Database, meet: MeetPerson, clock: FrozenClock
) -> None:
    first = (await meet(telegram_id=7, name="Bola", language="en")).person
    agreed = await Agree(transactions=database, clock=clock)(person=first, wording=NOTICE)
    clock.advance(timedelta(days=1))
    later = (await meet(telegram_id=7, name="Somebody Else", language="fr")).person
    assert (first.seen_at, later.seen_at) == (MORNING, MORNING + timedelta(days=1))
    assert replace(later, seen_at=first.seen_at) == agreed


async def test_of_those_who_have_not_agreed_nothing_is_kept_of_when_they_come_back(
    meet: MeetPerson, clock: FrozenClock
) -> None:
    first = await meet(telegram_id=7, name="Bola", language="en")
    clock.advance(timedelta(days=1))
    assert await meet(telegram_id=7, name="Bola", language="en") == first


async def test_who_comes_back_can_be_written_to_again(database: Database, meet: MeetPerson) -> None:
    await meet(telegram_id=7, name="Bola", language="en")
    await NoteReachability(transactions=database, clock=FrozenClock())(telegram_id=7, reachable=False)
    gone = await database.read(lambda uow: uow.people.by_telegram_id(7))
    assert gone is not None
    assert not gone.can_be_written_to
    assert (await meet(telegram_id=7, name="Bola", language="en")).person.can_be_written_to


async def test_a_dietitian_is_known_by_her_practice_while_it_is_active(
    database: Database, meet: MeetPerson
) -> None:
    seed = await database.write(practice)
    whose = seed.dietitian.telegram_id
    assert (await meet(telegram_id=whose, name="Ada", language="en")).dietitian == seed.dietitian
    await database.write(lambda uow: uow.dietitians.save(replace(seed.dietitian, active=False)))
    assert (await meet(telegram_id=whose, name="Ada", language="en")).dietitian is None


async def test_agreeing_again_keeps_the_first_time(
    database: Database, meet: MeetPerson, clock: FrozenClock
) -> None:
    bola = (await meet(telegram_id=7, name="Bola", language="en")).person
    agree = Agree(transactions=database, clock=clock)
    agreed = await agree(person=bola, wording=NOTICE)
    assert (agreed.consented_at, agreed.consent_version) == (MORNING, CONSENT_VERSION)
    clock.advance(timedelta(days=1))
    assert await agree(person=bola, wording=NOTICE) == agreed


async def test_another_version_of_the_notice_is_agreed_to_anew(
    database: Database, meet: MeetPerson, clock: FrozenClock
) -> None:
    bola = (await meet(telegram_id=7, name="Bola", language="en")).person
    older = replace(bola, consented_at=MORNING, consent_version="2020-01")
    await database.write(lambda uow: uow.people.save(older))
    assert not older.has_consented
    clock.advance(timedelta(days=1))
    agree = Agree(transactions=database, clock=clock)
    assert (await agree(person=older, wording=NOTICE)).consented_at == clock.now()


async def test_a_profile_changes_in_what_is_given_alone(
    database: Database, meet: MeetPerson, clock: FrozenClock
) -> None:
    bola = (await meet(telegram_id=7, name="Bola", language="en")).person
    change = ChangeProfile(transactions=database, clock=clock)
    await change(person=bola, email="bola@example.com")
    changed = await change(person=bola, timezone="Europe/London")  # by a button drawn before the first change
    assert (changed.name, changed.email, changed.timezone) == ("Bola", "bola@example.com", "Europe/London")


@pytest.fixture
async def seed(database: Database) -> Practice:
    """A request for a new client who is not in Telegram yet, and its link."""
    known = await database.write(practice)

    def add(uow: UnitOfWork) -> Practice:
        placeholder = uow.people.add(person(telegram_id=None, name="Bola"))
        theirs = uow.requests.add(request(known.dietitian.id, placeholder.id, client_name="Bola"))
        uow.links.add(_link(theirs.id))
        uow.clients.add(_client(known.dietitian.id, placeholder.id))
        return replace(known, client=placeholder, request=theirs)

    return await database.write(add)


def _link(request_id: int) -> Link:
    return Link(
        token_hash=token_hash(SECRET),
        purpose=LinkPurpose.REQUEST,
        request_id=request_id,
        expires_at=MORNING + LINK_LIVES,
        created_at=MORNING,
    )


def _client(dietitian_id: int, person_id: int) -> Client:
    return Client(dietitian_id=dietitian_id, person_id=person_id, name="Bola A.", created_at=MORNING)


@pytest.fixture
def opening(database: Database, clock: FrozenClock) -> OpenLink:
    return OpenLink(transactions=database, clock=clock)


async def somebody(database: Database) -> Person:
    return await database.write(lambda uow: uow.people.add(person(started_at=MORNING)))


async def test_the_first_who_opens_it_becomes_the_client(
    database: Database, seed: Practice, opening: OpenLink
) -> None:
    bola = await somebody(database)
    card = await opening(person=bola, token=SECRET)
    assert card.client == bola
    theirs = await database.read(lambda uow: uow.clients.find(seed.dietitian.id, bola.id))
    assert theirs is not None
    assert theirs.name == "Bola A."
    with pytest.raises(Exception, match="no Person"):
        await database.read(lambda uow: uow.people.get(seed.client.id))


async def test_it_opens_again_for_the_same_person_also_after_its_time(
    database: Database, seed: Practice, opening: OpenLink, clock: FrozenClock
) -> None:
    bola = await somebody(database)
    first = await opening(person=bola, token=SECRET)
    clock.advance(LINK_LIVES * 2)
    assert await opening(person=bola, token=SECRET) == first


async def test_it_is_used_up_for_everybody_else(
    database: Database, seed: Practice, opening: OpenLink
) -> None:
    await opening(person=await somebody(database), token=SECRET)
    with pytest.raises(LinkUsedUp):
        await opening(person=await somebody(database), token=SECRET)


@pytest.mark.parametrize(
    "token", ["", SECRET + "x", SECRET[:-1], SECRET.upper(), "' OR 1=1", "🌸", "x" * 4096]
)
async def test_a_guess_opens_nothing(
    database: Database, seed: Practice, opening: OpenLink, token: str
) -> None:
    with pytest.raises(LinkUsedUp):
        await opening(person=await somebody(database), token=token)


async def test_it_expires(database: Database, seed: Practice, opening: OpenLink, clock: FrozenClock) -> None:
    clock.advance(LINK_LIVES)
    with pytest.raises(LinkUsedUp):
        await opening(person=await somebody(database), token=SECRET)


async def test_the_dietitian_may_try_it_without_using_it_up(
    database: Database, seed: Practice, opening: OpenLink
) -> None:
    ada = await database.read(lambda uow: uow.people.get(seed.dietitian.person_id))
    assert (await opening(person=ada, token=SECRET)).client == seed.client
    bola = await somebody(database)
    assert (await opening(person=bola, token=SECRET)).client == bola


async def test_a_link_for_somebody_known_in_telegram_is_theirs_alone(
    database: Database, seed: Practice, opening: OpenLink
) -> None:
    known = await database.write(lambda uow: uow.people.add(person(started_at=None)))
    await database.write(lambda uow: uow.requests.save(replace(seed.request, client_id=known.id)))
    with pytest.raises(LinkUsedUp):
        await opening(person=await somebody(database), token=SECRET)
    assert (await opening(person=known, token=SECRET)).client == known


async def test_who_is_a_client_already_keeps_the_dietitians_words_and_gets_the_request(
    database: Database, seed: Practice, opening: OpenLink
) -> None:
    bola = await somebody(database)
    former = replace(_client(seed.dietitian.id, bola.id), name="Mrs Bola")
    await database.write(lambda uow: uow.clients.add(former))
    assert (await opening(person=bola, token=SECRET)).client == bola
    page = await database.read(lambda uow: uow.clients.page(seed.dietitian.id, number=0, size=9))
    assert [client.name for client in page.items] == ["Mrs Bola"]
