"""A dietitian's private notes about a client: sealed, and for that dietitian alone."""

from dataclasses import dataclass, replace

from domain.errors import Malformed
from domain.model.people import Client, Dietitian
from domain.ports import Clock, Transactions, UnitOfWork, Vault
from domain.usecases.clients_desk import own_client
from domain.usecases.telling import by, record

NOTES_LIMIT = 1500  # also where each is an emoji they fit into one message


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """Where two clients turned out to be one person there are several sealed pieces, a line each."""

    transactions: Transactions
    clock: Clock
    vault: Vault

    async def read(self, *, dietitian: Dietitian, client_id: int) -> tuple[Client, str]:
        """Empty where there are none."""
        client = await self.transactions.read(lambda uow: own_client(uow, dietitian, client_id))
        return client, self._opened(client)

    async def change(self, *, dietitian: Dietitian, client_id: int, text: str) -> tuple[Client, str]:
        """In place of what was there."""
        return await self._write(dietitian, client_id, text, add=False)

    async def add(self, *, dietitian: Dietitian, client_id: int, text: str) -> tuple[Client, str]:
        """Below what was there; `Malformed` where there is no room for both."""
        return await self._write(dietitian, client_id, text, add=True)

    async def delete(self, *, dietitian: Dietitian, client_id: int) -> Client:
        def delete(uow: UnitOfWork) -> Client:
            client = self._locked(uow, dietitian, client_id)
            return self._store(uow, dietitian, client, None) if client.sealed_notes is not None else client

        return await self.transactions.write(delete)

    async def _write(
        self, dietitian: Dietitian, client_id: int, text: str, *, add: bool
    ) -> tuple[Client, str]:
        def write(uow: UnitOfWork) -> tuple[Client, str]:
            client = self._locked(uow, dietitian, client_id)
            before = self._opened(client) if add else ""
            notes = f"{before}\n{text}" if before else text
            if len(notes) > NOTES_LIMIT:
                raise Malformed(
                    f"There is room for {NOTES_LIMIT:,} characters; with this there would be {len(notes):,}. Send a "
                    "shorter one, or change what is there. For example: No nuts. Weighs herself on Mondays."
                )
            uow.steps.clear(dietitian.telegram_id)
            return self._store(uow, dietitian, client, self.vault.seal(notes)), notes

        return await self.transactions.write(write)

    def _locked(self, uow: UnitOfWork, dietitian: Dietitian, client_id: int) -> Client:
        uow.dietitians.lock(dietitian.id)
        return own_client(uow, dietitian, client_id)

    def _store(self, uow: UnitOfWork, dietitian: Dietitian, client: Client, sealed: str | None) -> Client:
        changed = replace(client, sealed_notes=sealed)
        uow.clients.save(changed)
        action = "deleted notes" if sealed is None else "wrote notes"
        record(uow, self.clock.now(), by(dietitian.person_id), action, f"client:{client.id}")
        return changed

    def _opened(self, client: Client) -> str:
        return "\n".join(self.vault.open(piece) for piece in (client.sealed_notes or "").split())
