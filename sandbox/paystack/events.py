"""The bodies of the webhooks, key for key like Paystack's documented samples (docs: webhooks, disputes)."""

from sandbox.paystack import shapes
from sandbox.paystack.model import Dispute, Json, Refund, RefundStatus, Transaction


def charge_success(transaction: Transaction) -> Json:
    return {"event": "charge.success", "data": shapes.charged(transaction)}


def transfer_rejected(transaction: Transaction, sent: int) -> Json:
    """It names no reference, only the transaction's id, and its numbers are strings."""
    rejected = {
        "amount": str(sent),
        "message": "incorrect amount sent",
        "message_type": "INCORRECT_AMOUNT",
        "transaction_id": str(transaction.id),
    }
    payer = {
        **shapes.customer(transaction),
        "domain": transaction.domain,
        "integration": shapes.INTEGRATION,
        "createdAt": shapes.iso(transaction.created_at),
        "updatedAt": shapes.iso(transaction.created_at),
    }
    return {"event": "bank.transfer.rejected", "data": {"bank_transfer": rejected, "customer": payer}}


def refund_event(refund: Refund) -> Json:
    """`amount` is a string in three of the five, there is an `id` in one of them only: so are the samples."""
    data: Json = {
        "status": str(refund.status),
        "transaction_reference": refund.transaction.reference,
        "refund_reference": _refund_reference(refund),
        "amount": refund.amount,
        "currency": refund.transaction.currency,
        "customer": {"first_name": None, "last_name": None, "email": refund.transaction.email},
        "integration": shapes.INTEGRATION,
        "domain": refund.transaction.domain,
    }
    match refund.status:
        case RefundStatus.PENDING | RefundStatus.PROCESSING:
            data |= {"amount": str(refund.amount), "processor": "instant-transfer"}
        case RefundStatus.PROCESSED:
            data |= {"amount": str(refund.amount), "processor": "mpgs_zen"}
        case RefundStatus.FAILED:
            data |= {"processor": "instant-transfer"}
        case RefundStatus.NEEDS_ATTENTION:
            notes = {"customer_note": refund.customer_note, "merchant_note": refund.merchant_note}
            data |= {"id": str(refund.id), **notes}
    return {"event": f"refund.{refund.status}", "data": data}


def dispute_event(name: str, dispute: Dispute) -> Json:
    """`name`: create, remind or resolve. The reference is at `data.transaction.reference`."""
    transaction = dispute.transaction
    claim = "Customer complained about debit without value"
    data = {
        "id": dispute.id,
        "refund_amount": transaction.amount,
        "currency": transaction.currency,
        "status": dispute.status,
        "resolution": dispute.resolution,
        "domain": transaction.domain,
        "transaction": _disputed(transaction),
        "transaction_reference": None,
        "category": dispute.category,
        "customer": shapes.customer(transaction),
        "bin": "408408",
        "last4": "4081",
        "dueAt": shapes.iso(dispute.due_at),
        "resolvedAt": shapes.iso(dispute.resolved_at),
        "evidence": None,
        "attachments": None,
        "note": None,
        "history": [_said(dispute, status="pending", by=transaction.email)],
        "messages": [_said(dispute, sender=transaction.email, body=claim)],
        "created_at": shapes.iso(dispute.created_at),
        "updated_at": shapes.iso(dispute.resolved_at or dispute.created_at),
    }
    return {"event": f"charge.dispute.{name}", "data": data}


def _disputed(transaction: Transaction) -> Json:
    """Barer than elsewhere: neither the card nor the customer stands here."""
    known = shapes.charged(transaction)
    told = {name: value for name, value in known.items() if name not in ("source", "fees_breakdown")}
    return {**told, "authorization": {}, "customer": {"international_format_phone": None}}


def _said(dispute: Dispute, **words: str) -> Json:
    return {**words, "createdAt": shapes.iso(dispute.created_at)}


def _refund_reference(refund: Refund) -> str | None:
    match refund.status:
        case RefundStatus.PENDING | RefundStatus.PROCESSING:
            return None
        case RefundStatus.PROCESSED:
            return f"132{refund.id:09d}"
        case RefundStatus.FAILED | RefundStatus.NEEDS_ATTENTION:
            return f"TRF_{refund.id:015d}"
