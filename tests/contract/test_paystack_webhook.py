"""Whose event is it, which one, about what: by Paystack's own samples."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.paystack.webhook import parse_event, signature_is_right

BODY = b'{"event":"charge.success","data":{"id":302961,"reference":"ref-1"}}'
SIGNATURE = (
    "68c976bd6931e124bd1f63ab94f274e4d2a97da2b9ba4c9f231d3de14017d294"
    "1cc61d2d23500a5047dd58f7db3295ed0e8850f19fa630890fd58a231257a220"
)
REFUND = {
    "status": "processed", "transaction_reference": "T2154954", "refund_reference": "132013318360",
    "amount": "5000", "currency": "NGN", "domain": "live",
}  # fmt: skip
DISPUTE = {"id": 358950, "status": "resolved", "transaction": {"reference": "v3mjfgbnc19v97x"}}
REJECTED = {"bank_transfer": {"amount": "30000", "transaction_id": "3103959930"}, "customer": {}}


def raw(event: str, data: Any) -> bytes:
    return json.dumps({"event": event, "data": data}).encode()


def test_a_signature_made_with_our_key_is_right() -> None:
    assert signature_is_right("sk_test_example", BODY, SIGNATURE)


@pytest.mark.parametrize("header", [None, "", "0" * 128, SIGNATURE[:-1], SIGNATURE + "0", "\udcff", "é"])
def test_any_other_signature_is_wrong(header: str | None) -> None:
    assert not signature_is_right("sk_test_example", BODY, header)


def test_the_bytes_are_signed_not_their_meaning() -> None:
    assert not signature_is_right("sk_test_example", BODY.replace(b":", b": "), SIGNATURE)


def test_without_a_key_nothing_is_right() -> None:
    made_with_no_key = (
        "b936cee86c9f87aa5d3c6f2e84cb5a4239a5fe50480a6ec66b70ab5b1f4ac673"
        "0c6c515421b327ec1d69402e53dfb49ad7381eb067b338fd7b0cb22247225d47"
    )  # HMAC-SHA512 of nothing under nothing
    assert not signature_is_right("", b"", made_with_no_key)


@pytest.mark.parametrize(
    ("kind", "data", "key", "reference"),
    [
        ("charge.success", {"id": 1, "status": "success", "reference": "R"}, "charge.success:1:success", "R"),
        ("charge.dispute.resolve", DISPUTE, "charge.dispute.resolve:358950:resolved", "v3mjfgbnc19v97x"),
        ("refund.processed", REFUND, "refund.processed:T2154954:132013318360:5000", "T2154954"),
        (
            "refund.pending",
            {**REFUND, "refund_reference": None, "amount": 5000},
            "refund.pending:T2154954:-:5000",
            "T2154954",
        ),
        ("transfer.success", {"id": 9, "reference": "t"}, "transfer.success:9:-", "t"),
    ],
)
def test_each_family_keeps_its_key_and_reference_elsewhere(
    kind: str, data: Any, key: str, reference: str
) -> None:
    event = parse_event(raw(kind, data))
    assert (event.kind, event.key, event.reference) == (kind, key, reference)
    assert event.data == data


def test_a_rejected_transfer_names_no_reference_and_is_told_apart_by_its_body() -> None:
    first = parse_event(raw("bank.transfer.rejected", REJECTED))
    again = parse_event(raw("bank.transfer.rejected", REJECTED))
    other = parse_event(raw("bank.transfer.rejected", {**REJECTED, "customer": {"id": 2}}))
    assert first.reference is None
    assert first.key == again.key != other.key


def test_an_event_never_heard_of_is_an_event_all_the_same() -> None:
    event = parse_event(raw("moon.landed", {}))
    assert (event.kind, event.reference) == ("moon.landed", None)
    assert event.key.startswith("moon.landed:")


def test_a_key_always_fits_its_column() -> None:
    event = parse_event(raw("charge.success" + "x" * 5000, {"id": "9" * 5000}))
    assert len(event.key) <= 200


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b"\xff", b'{"event":"x"}', b'{"event":"","data":{}}',
     b'{"event":1,"data":{}}', b'{"event":"x","data":[]}', b"[" * 100_000],
)  # fmt: skip
def test_what_is_not_an_event_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(ValueError):
        parse_event(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
fields = st.sampled_from(
    ["id", "status", "reference", "transaction", "transaction_reference", "refund_reference", "amount"]
)
kinds = st.sampled_from(["charge.success", "refund.processed", "charge.dispute.create", "x"])


@given(kind=kinds, data=st.dictionaries(fields, json_values))
def test_whatever_an_event_holds_it_is_read_the_same_way_twice(kind: str, data: dict[str, Any]) -> None:
    assert parse_event(raw(kind, data)) == parse_event(raw(kind, data))
