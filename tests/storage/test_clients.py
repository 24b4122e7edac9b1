"""Clients as they are found, counted and merged."""

from dataclasses import replace
from functools import partial

import pytest

from domain.model.people import Client
from domain.ports import UnitOfWork
from storage.database import Database
from storage.folding import folded, sort_name
from tests.clock import MORNING
from tests.storage.seeds import HOUR, Practice, person, practice


@pytest.fixture
async def seed(database: Database) -> Practice:
    return await database.write(practice)


def client(seed: Practice, person_id: int, name: str = "Bola", **fields: object) -> Client:
    given = {"dietitian_id": seed.dietitian.id, "person_id": person_id, "name": name, "created_at": MORNING}
    return Client(**{**given, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bọ́lá  ADÉBÁYỌ̀", "bola adebayo"),
        ("Ƙande Ɗanladi Ɓala Ƴar", "kande danladi bala yar"),
        ("Nkechi Ṅwosu", "nkechi nwosu"),
        ("Straße", "strasse"),
        ("Ｆｕｌｌ", "full"),
        ("\u200fمريم\u200e", "مريم"),
        ("O’Brien", "o'brien"),
        ("", ""),
    ],
)
def test_names_are_folded_to_what_anybody_can_type(text: str, expected: str) -> None:
    assert folded(text) == expected
    assert folded(folded(text)) == expected


def test_a_hostile_name_fits_into_an_index() -> None:
    assert len(sort_name("ﷺ" * 80, "x" * 500).encode()) < 2000


async def test_notes_and_a_block_outlive_the_discovery_that_two_are_one(
    database: Database, seed: Practice
) -> None:
    def add(uow: UnitOfWork) -> tuple[int, int]:
        placeholder, into = uow.people.add(person(telegram_id=None)), uow.people.add(person())
        blocked = client(seed, placeholder.id, sealed_notes="second", blocked_at=MORNING)
        uow.clients.add(blocked)
        uow.clients.add(client(seed, into.id, "As known", sealed_notes="first"))
        return placeholder.id, into.id

    placeholder, into = await database.write(add)
    await database.write(lambda uow: uow.people.merge(placeholder=placeholder, into=into))
    kept = await database.read(lambda uow: uow.clients.find(seed.dietitian.id, into))
    assert kept is not None
    assert (kept.name, kept.sealed_notes, kept.blocked_at) == ("As known", "first\nsecond", MORNING)


async def test_who_turns_out_to_be_somebody_is_found_by_their_own_address(
    database: Database, seed: Practice
) -> None:
    def add(uow: UnitOfWork) -> None:
        placeholder = uow.people.add(person(telegram_id=None))
        into = uow.people.add(person(email="bola@example.com"))
        uow.clients.add(client(seed, placeholder.id))
        uow.people.merge(placeholder=placeholder.id, into=into.id)

    await database.write(add)
    whose = seed.dietitian.id
    found = await database.read(lambda uow: uow.clients.found(whose, "bola@", number=0, size=9))
    assert [one.name for one in found.items] == ["Bola"]


async def test_the_blocked_are_left_out_where_something_is_asked_of_clients(
    database: Database, seed: Practice
) -> None:
    def add(uow: UnitOfWork) -> list[Client]:
        people = [uow.people.add(person()) for _ in range(5)]
        return [uow.clients.add(client(seed, one.id, f"Client {at}")) for at, one in enumerate(people)]

    added = await database.write(add)
    await database.write(lambda uow: uow.clients.save(replace(added[1], blocked_at=MORNING)))
    whose = seed.dietitian.id
    page = await database.read(lambda uow: uow.clients.page(whose, number=0, size=3, welcome=True))
    assert ([one.name for one in page.items], page.total, page.pages) == (
        ["Client 0", "Client 2", "Client 3"],
        4,
        2,
    )
    ids = [one.id for one in added]
    assert len(await database.read(lambda uow: uow.clients.among(whose, ids))) == 4
    assert (await database.read(lambda uow: uow.clients.page(whose, number=0, size=3))).total == 5
    assert await database.read(lambda uow: uow.clients.who_blocked(added[1].person_id)) == {whose}
    assert await database.read(lambda uow: uow.clients.who_blocked(added[0].person_id)) == set()


async def test_when_somebody_was_seen_never_goes_back(database: Database, seed: Practice) -> None:
    telegram_id, who = seed.client.telegram_id or 0, seed.client.id
    for at, expected in ((MORNING, MORNING), (MORNING + HOUR, MORNING + HOUR), (MORNING, MORNING + HOUR)):
        await database.write(partial(lambda uow, at: uow.people.saw(telegram_id, at), at=at))
        assert (await database.read(lambda uow: uow.people.get(who))).seen_at == expected
