"""The bodies of the API, key for key like Paystack's documented samples (docs: verify, refunds, banks)."""

from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.paystack.model import Json, Refund, Transaction

INTEGRATION: Final = 412829
_SOURCE = {
    "source": "merchant_api",
    "type": "api",
    "identifier": None,
    "entry_point": "transaction_initialize",
}


def iso(instant: datetime | None) -> str | None:
    return None if instant is None else f"{instant:%Y-%m-%dT%H:%M:%S}.{instant.microsecond // 1000:03d}Z"


def verified(transaction: Transaction) -> Json:
    """`data` of GET /transaction/verify/{reference} and GET /transaction/{id}."""
    return {"receipt_number": None, **listed(transaction), "source": None}


def listed(transaction: Transaction) -> Json:
    return {
        **charged(transaction),
        "log": _log(transaction),
        "plan": None,
        "connect": None,
        "transaction_date": iso(transaction.created_at),
        "createdAt": iso(transaction.created_at),
        "plan_object": {},
        "source": dict(_SOURCE),
    }


def charged(transaction: Transaction) -> Json:
    """What a webhook's `data` says of a transaction, and the core of every other answer."""
    return {
        "id": transaction.id,
        "domain": transaction.domain,
        "status": str(transaction.status),
        "reference": transaction.reference,
        "amount": transaction.amount,
        "message": None,
        "gateway_response": transaction.gateway_response,
        "paid_at": iso(transaction.paid_at),
        "created_at": iso(transaction.created_at),
        "channel": transaction.channel,
        "currency": transaction.currency,
        "ip_address": "197.210.54.33",
        "metadata": transaction.metadata,
        "fees_breakdown": None,
        "log": None,
        "fees": transaction.fees,
        "fees_split": None,
        "authorization": _authorization(transaction) if transaction.paid else {},
        "customer": customer(transaction),
        "plan": {},
        "subaccount": {},
        "split": {},
        "order_id": None,
        "paidAt": iso(transaction.paid_at),
        "requested_amount": transaction.requested,
        "pos_transaction_data": None,
        "source": {**_SOURCE},
    }


def customer(transaction: Transaction) -> Json:
    return {
        "id": transaction.customer_id,
        "first_name": None,
        "last_name": None,
        "email": transaction.email,
        "customer_code": f"CUS_{transaction.customer_id:015d}",
        "phone": None,
        "metadata": None,
        "risk_action": "default",
        "international_format_phone": None,
    }


def refund_listed(refund: Refund) -> Json:
    """`data.transaction` is a number here; only the answer to POST /refund has an object."""
    whole = refund.amount == refund.transaction.amount
    return {
        "integration": INTEGRATION,
        "transaction": refund.transaction.id,
        "dispute": None,
        "settlement": None,
        "id": refund.id,
        "domain": refund.transaction.domain,
        "currency": refund.transaction.currency,
        "amount": refund.amount,
        "status": str(refund.status),
        "refunded_at": iso(refund.refunded_at),
        "refunded_by": "sandbox@example.com",
        "expected_at": iso(refund.created_at + timedelta(days=9)),
        "customer_note": refund.customer_note,
        "merchant_note": refund.merchant_note,
        "deducted_amount": 0,
        "fully_deducted": None,
        "createdAt": iso(refund.created_at),
        "bank_reference": None,
        "transaction_reference": refund.transaction.reference,
        "reason": None,
        "customer": customer(refund.transaction),
        "refund_type": "Full" if whole else "Partial",
        "transaction_amount": refund.transaction.amount,
        "initiated_by": "sandbox@example.com",
        "refund_channel": "Original Payment",
        "session_id": None,
        "collect_account_number": False,
    }


def refund_created(refund: Refund) -> Json:
    transaction = refund.transaction
    return {
        "transaction": {
            "id": transaction.id,
            "domain": transaction.domain,
            "reference": transaction.reference,
            "amount": transaction.amount,
            "paid_at": iso(transaction.paid_at),
            "channel": transaction.channel,
            "currency": transaction.currency,
            "authorization": {"exp_month": None, "exp_year": None, "account_name": None},
            "customer": {"international_format_phone": None},
            "plan": {},
            "subaccount": {"currency": None},
            "split": {},
            "order_id": None,
            "paidAt": iso(transaction.paid_at),
            "pos_transaction_data": None,
            "source": None,
            "fees_breakdown": None,
        },
        "integration": INTEGRATION,
        "deducted_amount": 0,
        "channel": None,
        "merchant_note": refund.merchant_note,
        "customer_note": refund.customer_note,
        "status": str(refund.status),
        "refunded_by": "sandbox@example.com",
        "expected_at": iso(refund.created_at + timedelta(days=9)),
        "currency": transaction.currency,
        "domain": transaction.domain,
        "amount": refund.amount,
        "fully_deducted": False,
        "id": refund.id,
        "createdAt": iso(refund.created_at),
        "updatedAt": iso(refund.updated_at),
    }


def _log(transaction: Transaction) -> Json | None:
    if transaction.paid_at is None:
        return None
    spent = int((transaction.paid_at - transaction.created_at).total_seconds())
    said = transaction.channel.replace("_", " ")
    return {
        "start_time": int(transaction.created_at.timestamp()),
        "time_spent": spent,
        "attempts": 1,
        "errors": 0,
        "success": True,
        "mobile": False,
        "input": [],
        "history": [
            {"type": "action", "message": f"Attempted to pay with {said}", "time": max(spent - 1, 0)},
            {"type": "success", "message": f"Successfully paid with {said}", "time": spent},
        ],
    }


def _authorization(transaction: Transaction) -> Json:
    card = transaction.channel == "card"
    said: dict[str, Any] = {
        "authorization_code": f"AUTH_{transaction.id}",
        "bin": "408408" if card else "008XXX",
        "last4": "4081" if card else "X553",
        "exp_month": "12",
        "exp_year": "2030",
        "channel": transaction.channel,
        "card_type": "visa " if card else "transfer",
        "bank": "TEST BANK" if card else None,
        "country_code": "NG",
        "brand": "visa" if card else "Managed Account",
        "reusable": card,
        "signature": f"SIG_{transaction.id}" if card else None,
        "account_name": None,
    }
    if transaction.channel != "bank_transfer":
        return {**said, "receiver_bank_account_number": None, "receiver_bank": None}
    sender = {"sender_bank": None, "sender_bank_account_number": f"{'X' * 7}553", "sender_name": "First Last"}
    return {**said, "sender_country": "NG", **sender, "narration": "Channel Tests"}
