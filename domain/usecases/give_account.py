"""A refund needs the client's bank account: bank, number, the name that Paystack finds, then try again."""

import json
from dataclasses import dataclass, replace

from domain.errors import GatewayRefused, Malformed, MovedOn, NotYours
from domain.model.people import Person
from domain.model.refund import Bank, Refund, RefundState, ResolvedAccount
from domain.ports import Clock, PaymentGateway, Transactions, UnitOfWork, Vault
from domain.usecases.refunding import follow
from domain.usecases.telling import by, record

ACCOUNT_DIGITS = 10  # a NUBAN, the Nigerian account number


def mark_of(bank_id: int, number: str) -> str:
    """Tells one account that was typed from another, and is no account number."""
    return f"{bank_id}{number[-4:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveAccount:
    """The number is sealed while it waits for the client's word, and forgotten once the refund has ended."""

    transactions: Transactions
    clock: Clock
    gateway: PaymentGateway
    vault: Vault

    async def wanted(self, *, person: Person, refund: str) -> Refund:
        """The refund, where it needs this person's account. `NotYours` for anybody but the client."""
        return await self.transactions.read(lambda uow: self._own(uow, person, refund))

    async def banks(self, *, person: Person, refund: str) -> list[Bank]:
        """By name. `NotYours` for anybody but the client."""
        found = await self.wanted(person=person, refund=refund)
        banks = await self.gateway.banks(found.currency)
        return sorted(banks, key=lambda bank: bank.name.casefold())

    async def number(
        self, *, person: Person, refund: str, bank_id: int, number: str
    ) -> tuple[Bank, ResolvedAccount]:
        """Resolve the account's name and keep it for the client to confirm. `Malformed` for a wrong number."""
        digits = "".join(number.split())
        if len(digits) != ACCOUNT_DIGITS or not (digits.isascii() and digits.isdigit()):
            raise Malformed("An account number has ten digits. For example: 0123456789")
        bank = next(
            (one for one in await self.banks(person=person, refund=refund) if one.id == bank_id), None
        )
        if bank is None:
            raise MovedOn
        try:
            account = await self.gateway.resolve_account(account_number=digits, bank_code=bank.code)
        except GatewayRefused:
            raise Malformed(
                f"{bank.name} knows no account with that number. Check it and type it again, for example: 0123456789"
            ) from None
        kept = json.dumps({"bank_id": bank.id, "number": digits})
        sealed = self.vault.seal(kept)

        def keep(uow: UnitOfWork) -> None:
            uow.refunds.save(replace(self._own(uow, person, refund, lock=True), sealed_account=sealed))

        await self.transactions.write(keep)
        return bank, account

    async def confirm(self, *, person: Person, refund: str, mark: str) -> Refund:
        """Hand the account to Paystack; pressing again after that changes nothing.

        `mark` is that of the account that was looked at (`mark_of`): `MovedOn` where another was given since.
        """
        found = await self.wanted(person=person, refund=refund)
        if found.sealed_account is None or found.provider_id is None:
            raise MovedOn
        kept = json.loads(self.vault.open(found.sealed_account))
        if mark != mark_of(kept["bank_id"], kept["number"]):
            raise MovedOn
        report = await self.gateway.retry_refund(
            found.provider_id,
            currency=found.currency,
            account_number=kept["number"],
            bank_id=kept["bank_id"],
        )

        def store(uow: UnitOfWork) -> Refund:
            now = self.clock.now()
            current = self._own(uow, person, refund, lock=True)
            uow.refunds.save(replace(current, sealed_account=None))
            record(uow, now, by(person.id), "gave an account", f"refund:{refund}")
            if person.telegram_id is not None:
                uow.steps.clear(person.telegram_id)
            return follow(uow, current.id, report, now)

        return await self.transactions.write(store)

    def _own(self, uow: UnitOfWork, person: Person, public_id: str, *, lock: bool = False) -> Refund:
        refund = uow.refunds.by_public_id(public_id, lock=lock)
        if refund is None or uow.payments.get(refund.payment_id).client_id != person.id:
            raise NotYours
        if refund.state is not RefundState.NEEDS_ATTENTION:
            raise MovedOn
        return refund
