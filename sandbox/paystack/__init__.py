"""Paystack, pretended over HTTP on loopback."""

from sandbox.paystack.model import Attempt, Dispute, Refund, RefundStatus, Status, Transaction
from sandbox.paystack.refusals import INSUFFICIENT_BALANCE, RATE_LIMITED
from sandbox.paystack.standin import PaystackStandIn
from sandbox.paystack.webhooks import Delivery, Mode

__all__ = [
    "INSUFFICIENT_BALANCE",
    "RATE_LIMITED",
    "Attempt",
    "Delivery",
    "Dispute",
    "Mode",
    "PaystackStandIn",
    "Refund",
    "RefundStatus",
    "Status",
    "Transaction",
]
