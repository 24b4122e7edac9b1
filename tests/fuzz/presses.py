"""What a button can carry: what ours carried, with parts changed, and what no button ever carried."""

from collections.abc import Sequence

from hypothesis import strategies as st

from handlers.callbacks import Verb
from tests.fuzz.words import anything, wicked

Data = st.SearchStrategy[str]
NUMBERS = ("0", "1", "-1", "7", "99999", "9" * 15, "9" * 40, "00", "1.5", "1e9", "٣", "x", "")
ARGUMENTS = (
    *NUMBERS, "pending.0", "pending.", ".0", "..", "a.b.c.d", "1.1.0", "0.0", "off", "open", "me",
    "alone", "all.retry",
    "out.drop", "in.0", "consultation", "meal_plan", "all", "asked", "new", "add", "late", "20261103",
    "20261231",
    "20260229", "20000101", "29991231", "00010101", "20261103T0900Z", "20261103T0901Z", "20000101T0000Z",
    "29991231T2359Z",
    "20261332T9999Z", "0.540.1020", "6.0.1440", "9.1020.540", "127.0.1440", "0.2", "24.50", "999.999",
    "Africa.Lagos",
    "Etc.GMT-14", "zone.0", "name.x", "price.0", "month", "week", "ever.0", "60.1", "1440.0", "cancel",
    "held", "-", "_",
)  # fmt: skip
SUBJECTS = (
    "", "0", "1", "2", "x", "-1", "99999", "9" * 19, "RQ00000001", "ZZZZZZZZZZ", "DD-" + "0" * 32,
    "a-b_c", "null",
)  # fmt: skip


def presses(seen: Sequence[str]) -> Data:
    """`seen`: what buttons of ours did carry."""
    parts = [data.split(":") for data in seen]
    verbs = st.one_of(st.sampled_from(parts).map(lambda part: part[1]), st.sampled_from([*Verb]))
    subjects = _either(sorted({part[2] for part in parts}), SUBJECTS)
    arguments = _either(sorted({part[3] for part in parts}), ARGUMENTS)
    revisions = st.one_of(st.sampled_from(parts).map(lambda part: part[4]), st.sampled_from(NUMBERS))
    mixed = st.builds("v1:{}:{}:{}:{}".format, verbs, subjects, arguments, revisions)
    ours = st.sampled_from(list(seen))
    return st.one_of(
        ours,
        ours,
        mixed,
        mixed,
        mixed,
        st.builds(_bent, st.one_of(ours, mixed), wicked, st.integers(0, 64)),
        anything,
    ).map(_fits)


def _either(seen: Sequence[str], made: Sequence[str]) -> Data:
    return st.one_of(st.sampled_from(seen), st.sampled_from(made))


def _bent(data: str, into: str, at: int) -> str:
    return data[:at] + into[:8] + data[at + len(into) % 3 :]


def _fits(data: str) -> str:
    """Telegram carries 1 to 64 bytes; halves of characters come as they may."""
    while len(data.encode("utf-8", "surrogatepass")) > 64:
        data = data[:-1]
    return data
