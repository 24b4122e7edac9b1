"""The policy: what the law wants said is said, and changed words are another version."""

import pytest

from domain.model.consent import Purpose
from domain.model.policy import RECIPIENTS, VERSIONS, Operator, Policy, retention_words
from domain.model.retention import Retention

RELEASED = {
    (Purpose.PRACTICE, "2026-11-25"): "07b2b550f495a75d0eff053aade1c6ff282b17c35eaaa0db78c8e7d85efcd793",
    (Purpose.HEALTH, "2026-11-25"): "a742078f7d5797e1ed087137de985306be0d77eae2499d971ce35fd4e9d41bd2",
    (Purpose.MAIL, "2026-11-25"): "7155cb3115d190039be660c0c9d346d97510149016a47ecbc32f31a0b4b1392b",
}
"""By purpose and version: the hash of the words with nobody named and nothing else set."""
OPERATOR = Operator(
    name="Ada Clinics", address="1 Marina, Lagos", contact="+234 800 000 0000", officer="Ms Bello"
)


@pytest.mark.parametrize("purpose", Purpose)
def test_changed_words_are_another_version(purpose: Purpose) -> None:
    """Whoever changes the words gives them a version in `VERSIONS` and adds it here; the old one stays."""
    assert Policy().notice(purpose).words_hash == RELEASED[purpose, VERSIONS[purpose]]


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize(
    "said", ["Why: ", "Ground: ", "Ada Clinics, 1 Marina, Lagos", "+234 800 000 0000", "Ms Bello", "NDPC"]
)
def test_each_notice_says_what_the_law_wants_said(purpose: Purpose, said: str) -> None:
    assert said in Policy(operator=OPERATOR).notice(purpose).words


def test_the_whole_policy_names_everybody_who_receives_anything() -> None:
    words = "\n".join(line for section in Policy(operator=OPERATOR).sections() for line in section.lines)
    for recipient in RECIPIENTS:
        assert f"\n{recipient.name[:1].upper()}{recipient.name[1:]}: {recipient.gets}." in words
    for said in (
        "Ms Bello",
        "/mydata",
        "/deletemydata",
        "/settings → Privacy",
        "NDPC",
        "section 30",
        "under 18",
    ):
        assert said in words


def test_how_long_things_are_kept_is_what_the_settings_say() -> None:
    short = retention_words(Retention(health=77))
    assert "77 days" in short[1]
    assert "77 days" in Policy(kept_for=short).notice(Purpose.HEALTH).words
    assert f"{Retention().health} days" in retention_words()[1]


def test_the_notice_is_another_where_somebody_else_is_answerable() -> None:
    marks = {Policy(operator=one).notice(Purpose.PRACTICE).mark for one in (None, OPERATOR)}
    assert len(marks) == 2
