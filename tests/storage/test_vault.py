"""What is sealed can be read by who has a key, and by nobody else."""

import pytest
from cryptography.fernet import Fernet

from domain.model.calendar import Connection
from storage.database import Database
from storage.vault import FernetVault, is_token
from tests.clock import MORNING
from tests.storage.seeds import practice

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))


def test_it_opens_what_it_sealed() -> None:
    vault = FernetVault([NEW])
    assert vault.open(vault.seal("1//refresh-tokén")) == "1//refresh-tokén"


def test_what_is_sealed_does_not_show_and_never_looks_the_same() -> None:
    vault = FernetVault([NEW])
    one, two = vault.seal("1//refresh-token"), vault.seal("1//refresh-token")
    assert one != two
    assert "refresh" not in one + two


def test_keys_rotate_the_first_seals_and_every_one_opens() -> None:
    sealed_before = FernetVault([OLD]).seal("secret")
    rotated = FernetVault([NEW, OLD])
    assert rotated.open(sealed_before) == "secret"
    assert FernetVault([NEW]).open(rotated.seal("secret")) == "secret"


@pytest.mark.parametrize(
    "sealed",
    [FernetVault([OTHER]).seal("secret"), "", "not sealed", "ünsealed"],
    ids=["other key", "empty", "plain", "not ASCII"],
)
def test_a_wrong_key_opens_nothing(sealed: str) -> None:
    with pytest.raises(ValueError, match="none of the keys") as refused:
        FernetVault([NEW, OLD]).open(sealed)
    assert refused.value.__cause__ is None


def test_what_was_tampered_with_does_not_open() -> None:
    sealed = FernetVault([NEW]).seal("secret")
    changed = sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:]
    with pytest.raises(ValueError, match="none of the keys"):
        FernetVault([NEW]).open(changed)


def test_bytes_as_large_as_a_file_may_be_come_back_and_do_not_show() -> None:
    vault = FernetVault([NEW, OLD])
    plain = b"%PDF-1.7 low potassium" + bytes(range(256)) * (80 << 10)
    sealed = vault.seal_bytes(plain)
    assert len(plain) > 20 << 20
    assert b"potassium" not in sealed
    assert len(sealed) < len(plain) * 1.34
    assert vault.open_bytes(sealed) == plain
    assert FernetVault([OTHER, NEW]).open_bytes(sealed) == plain


def test_bytes_that_are_no_text_and_none_at_all_come_back() -> None:
    vault = FernetVault([NEW])
    for plain in (b"", b"\x00\xff\xfe", "₦".encode()):
        assert vault.open_bytes(vault.seal_bytes(plain)) == plain


SEALED_BYTES = FernetVault([NEW]).seal_bytes(b"secret")


@pytest.mark.parametrize(
    "sealed",
    [
        FernetVault([OTHER]).seal_bytes(b"secret"),
        SEALED_BYTES[:40] + bytes([SEALED_BYTES[40] ^ 1]) + SEALED_BYTES[41:],
        SEALED_BYTES[:-8],
        b"",
        b"%PDF-1.7",
        b"\xff\x00",
    ],
    ids=["other key", "tampered with", "cut off", "empty", "plain", "not ASCII"],
)
def test_bytes_open_with_the_right_key_alone(sealed: bytes) -> None:
    with pytest.raises(ValueError, match="none of the keys") as refused:
        FernetVault([NEW]).open_bytes(sealed)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("keys", [[], ["short"], [NEW, ""]])
def test_a_key_that_is_none_is_refused_at_once(keys: list[str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        FernetVault(keys)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_planted_secret_is_nowhere_in_the_file(database: Database, database_url: str) -> None:
    from pathlib import Path

    vault = FernetVault([NEW])
    seed = await database.write(practice)
    connection = Connection(
        dietitian_id=seed.dietitian.id,
        account="ada@example.com",
        sealed_token=vault.seal("1//planted-secret"),
        scopes="calendar.events",
        connected_at=MORNING,
    )
    await database.write(lambda uow: uow.connections.put(connection))
    stored = await database.read(lambda uow: uow.connections.of(seed.dietitian.id))
    assert stored is not None
    assert vault.open(stored.sealed_token) == "1//planted-secret"
    await database.close()
    path = Path(database_url.partition("///")[2])
    everything = b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))
    assert b"ada@example.com" in everything
    assert b"planted-secret" not in everything


def test_what_is_renewed_is_under_the_first_key_also_what_is_sealed_within() -> None:
    old, both = FernetVault([OLD]), FernetVault([NEW, OLD])
    within = f"7:{old.seal('the words')}"
    pieces = "\n".join([old.seal("one"), both.seal("two"), old.seal(within)])
    renewed = both.renewed(pieces)
    new = FernetVault([NEW])
    one, two, three = renewed.split("\n")
    assert (new.open(one), new.open(two)) == ("one", "two")
    assert two == pieces.split("\n")[1]
    whom, _, words = new.open(three).partition(":")
    assert (whom, new.open(words)) == ("7", "the words")
    assert both.renewed(renewed) == renewed
    assert both.renewed("no token here") == "no token here"


def test_what_no_key_opens_is_not_renewed() -> None:
    with pytest.raises(ValueError, match="none of the keys"):
        FernetVault([NEW, OLD]).renewed(FernetVault([OTHER]).seal("x"))


def test_what_only_looks_like_a_token_does_not_keep_the_words_around_it_under_an_old_key() -> None:
    """Anybody may type one."""
    words = f"look: {FernetVault([OTHER]).seal('x')}"
    renewed = FernetVault([NEW, OLD]).renewed(FernetVault([OLD]).seal(words))
    assert FernetVault([NEW]).open(renewed) == words


def test_bytes_are_renewed_once() -> None:
    both = FernetVault([NEW, OLD])
    renewed = both.renewed_bytes(FernetVault([OLD]).seal_bytes(b"%PDF"))
    assert FernetVault([NEW]).open_bytes(renewed) == b"%PDF"
    assert both.renewed_bytes(renewed) == renewed


def test_the_shortest_sealed_text_is_known_as_one_and_words_are_not() -> None:
    assert is_token(FernetVault([NEW]).seal(""))
    assert not is_token("gAAAA is how they begin")
