"""Ask somebody to type something, or take the question back."""

from dataclasses import dataclass

from domain.model.step import STEP_LIVES, Step, StepKind
from domain.ports import Clock, Transactions, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    transactions: Transactions
    clock: Clock

    async def __call__(self, *, telegram_id: int, kind: StepKind, subject: str | None = None) -> None:
        step = Step(
            telegram_id=telegram_id, kind=kind, subject=subject, expires_at=self.clock.now() + STEP_LIVES
        )
        await self.transactions.write(lambda uow: uow.steps.put(step))

    async def open_step(self, *, telegram_id: int) -> Step | None:
        """What their next typed message answers, if anything."""
        step = await self.transactions.read(lambda uow: uow.steps.of(telegram_id))
        return step if step is not None and self.clock.now() < step.expires_at else None

    async def answered_by(self, *, telegram_id: int, item_id: int) -> tuple[Step | None, bool]:
        """The open question, and whether this stored text has answered another one before.

        So it has where the program ended after the answer was kept and before the next question was shown: worked
        again, the text must not answer that next one too.
        """

        def note(uow: UnitOfWork) -> tuple[Step | None, bool]:
            step, before = uow.steps.of(telegram_id), uow.inbox.question(item_id)
            if step is None or self.clock.now() >= step.expires_at:
                return None, before is not None
            if before is None:
                uow.inbox.answers(item_id, step.mark)
            return step, before not in {None, step.mark}

        return await self.transactions.write(note)

    async def take_back(self, *, telegram_id: int) -> bool:
        """Whether there was a question."""
        step = await self.transactions.read(lambda uow: uow.steps.of(telegram_id))
        if step is None:
            return False
        await self.transactions.write(lambda uow: uow.steps.clear(telegram_id))
        return True
