"""Ask somebody to type something, or take the question back."""

from dataclasses import dataclass

from domain.model.step import STEP_LIVES, Step, StepKind
from domain.ports import Clock, Transactions


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

    async def take_back(self, *, telegram_id: int) -> bool:
        """Whether there was a question."""
        step = await self.transactions.read(lambda uow: uow.steps.of(telegram_id))
        if step is None:
            return False
        await self.transactions.write(lambda uow: uow.steps.clear(telegram_id))
        return True
