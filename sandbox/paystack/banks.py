"""A handful of Nigerian banks, and the accounts that can be resolved in them."""

from sandbox.paystack.model import Json
from sandbox.paystack.refusals import RefusedError, missing

_BANKS = (
    (1, "Access Bank", "access-bank", "044", "044150149"),
    (7, "First Bank of Nigeria", "first-bank-of-nigeria", "011", "011151003"),
    (9, "Guaranty Trust Bank", "guaranty-trust-bank", "058", "058152036"),
    (18, "United Bank For Africa", "united-bank-for-africa", "033", "033153513"),
    (21, "Zenith Bank", "zenith-bank", "057", "057150013"),
)


def bank_list() -> list[Json]:
    return [_shape(*bank) for bank in _BANKS]


def bank_exists(bank_id: str) -> bool:
    """`bank_id` is the list's numeric id, not the bank's code."""
    return bank_id in {str(bank[0]) for bank in _BANKS}


def resolve(account_number: str, bank_code: str) -> Json:
    if not account_number:
        raise missing("Account number")
    if not bank_code:
        raise missing("Bank code")
    found = next((bank for bank in _BANKS if bank[3] == bank_code), None)
    if found is None:
        raise RefusedError(f"Unknown bank code: {bank_code}", code="unknown_bank_code", status=422)
    if len(account_number) != 10 or not account_number.isdigit():
        message = "Could not resolve account name. Check parameters or try again."
        raise RefusedError(message, code="invalid_bank_code", status=422)
    return {"account_number": account_number, "account_name": "SANDBOX ACCOUNT HOLDER", "bank_id": found[0]}


def _shape(bank_id: int, name: str, slug: str, code: str, longcode: str) -> Json:
    return {
        "id": bank_id,
        "name": name,
        "slug": slug,
        "code": code,
        "longcode": longcode,
        "gateway": None,
        "pay_with_bank": False,
        "active": True,
        "is_deleted": False,
        "country": "Nigeria",
        "currency": "NGN",
        "type": "nuban",
        "createdAt": "2016-07-14T10:04:29.000Z",
        "updatedAt": "2016-07-14T10:04:29.000Z",
    }
