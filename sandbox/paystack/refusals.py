"""Paystack's refusals, word for word where its documentation or its test API shows them."""

from typing import Any, Final

RATE_LIMITED: Final[dict[str, Any]] = {
    "status": False,
    "message": "Rate limit exceeded!",
    "meta": {"nextStep": "Wait a few minutes and try the API call again"},
    "type": "api_error",
    "code": "rate_limited",
}
"""The body of a 429; its headers are x-ratelimit-limit, x-ratelimit-remaining and x-ratelimit-reset."""

INSUFFICIENT_BALANCE: Final[dict[str, Any]] = {
    "status": False,
    "message": "Insufficient balance to fulfill this refund. Please top up.",
    "meta": {"nextStep": "Top up your balance and try again"},
    "type": "api_error",
    "code": "insufficient_balance",
}
"""The body of a refund's 400 when the payout and the balance are empty."""


class RefusedError(Exception):
    """An answer other than 200."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "invalid_params",
        status: int = 400,
        next_step: str = "Ensure that the value(s) you're passing are valid.",
        kind: str = "validation_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {
            "status": False,
            "message": message,
            "meta": {"nextStep": next_step},
            "type": kind,
            "code": code,
        }


def invalid_key() -> RefusedError:
    step = "Ensure that you provide the correct authorization key for the request"
    return RefusedError("Invalid key", code="invalid_Key", status=401, next_step=step)


def missing(what: str) -> RefusedError:
    return RefusedError(
        f"{what} is required", code="missing_params", next_step="Provide all required params "
    )


def duplicate_reference() -> RefusedError:
    step = "Try and create the Transaction or Charge with a new reference"
    refusal = RefusedError("Duplicate Transaction Reference", code="duplicate_reference", next_step=step)
    refusal.body["errorCodeMappingNotFound"] = False
    return refusal


def unknown_parameters(names: set[str]) -> RefusedError:
    """Paystack lets some of these pass; a sandbox that did so would hide misspelt names."""
    return RefusedError(f"{', '.join(sorted(names))} is not allowed", code="unknown_params")


def transaction_not_found(message: str = "Transaction reference not found.", *, status: int) -> RefusedError:
    step = "Ensure that you're passing the reference of a transaction that exists on this integration"
    return RefusedError(message, code="transaction_not_found", status=status, next_step=step)
