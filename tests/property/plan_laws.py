"""What must hold of meal plans after every step: paid for once, given back once, in the right chat."""

import hashlib
from collections import Counter, defaultdict
from datetime import datetime, timedelta

from domain.model.plan import PlanFileState, PlanState
from domain.model.request import RequestState
from tests.property.post import Chats, Post
from tests.property.snapshot import Row, Snapshot


def plans_hold(now: Snapshot, trail: list[Row]) -> None:
    _one_each(now)
    versions: dict[int, list[Row]] = defaultdict(list)
    uploads: Counter[int] = Counter()
    for file in now.files.values():
        if file.state == PlanFileState.CONFIRMED:
            versions[file.request_id].append(file)
            continue
        assert file.number is None, file
        uploads[file.request_id or 0] += file.request_id is not None
    for plan in now.plans.values():
        _versions(plan, versions.pop(plan.request_id, []), uploads[plan.request_id])
    assert not versions, f"versions of no plan: {versions}"
    cancelled = {plan.request_id: plan for plan in now.plans.values() if plan.state == PlanState.CANCELLED}
    if cancelled:
        _given_back(now, cancelled, trail)


def _one_each(now: Snapshot) -> None:
    of = Counter(plan.request_id for plan in now.plans.values())
    for request in now.requests.values():
        approved = request.kind == "meal_plan" and request.state == RequestState.APPROVED
        ended = request.kind == "meal_plan" and request.state == RequestState.CANCELLED
        assert of[request.id] == 1 if approved else of[request.id] <= int(ended), (
            f"{request}: {of[request.id]}"
        )
    for plan in now.plans.values():
        request = now.requests[plan.request_id]
        stands = plan.state != PlanState.CANCELLED
        assert stands == (request.state == RequestState.APPROVED), (plan, request)
        assert (plan.client_id, plan.dietitian_id) == (request.client_id, request.dietitian_id), plan


def _versions(plan: Row, versions: list[Row], uploads: int) -> None:
    numbers = sorted(one.number for one in versions)
    assert numbers == list(range(1, len(numbers) + 1)), f"{plan}: {numbers}"
    assert {one.dietitian_id for one in versions} <= {plan.dietitian_id}, versions
    newest = max(versions, key=lambda one: one.number, default=None)
    arrived = newest is not None and (newest.delivered_at or newest.mailed_at) is not None
    refused = newest is not None and not arrived and newest.failed_at is not None
    is_sent = plan.state in {PlanState.SENT, PlanState.RECEIVED}
    assert is_sent == (newest is not None) or refused, f"{plan}: {len(versions)} versions"
    assert (plan.state == PlanState.RECEIVED) == arrived, (plan, newest)
    assert uploads <= (plan.state != PlanState.CANCELLED), f"{plan}: {uploads} uploads"


def _given_back(now: Snapshot, cancelled: dict[int, Row], trail: list[Row]) -> None:
    """Once, as the terms say that held when it was paid for; read off the records, not asked of the model."""
    bought = {
        entry.record for entry in trail if entry.action == "paid" and entry.detail["verdict"] == "value"
    }
    paid = {one.request_id: one for one in now.payments.values() if f"payment:{one.reference}" in bought}
    ended: dict[str, list[Row]] = defaultdict(list)
    for entry in trail:
        if entry.action == "cancelled" and entry.record.startswith("plan:"):
            ended[entry.record.partition(":")[2]].append(entry)
    for request_id, plan in cancelled.items():
        (entry,) = ended.pop(now.requests[request_id].public_id)
        payment = paid[request_id]
        percent = _percent(plan, entry.at, entry.detail["side"])
        refund = now.refunds.get(payment.id)
        assert (refund.amount if refund else 0) == payment.paid_amount * percent // 100, (plan, entry, refund)
    assert not ended, f"cancelled, and it stands: {ended}"


def _percent(plan: Row, at: datetime, side: str) -> int:
    ahead = plan.promised_at - at
    is_late = timedelta() < ahead < timedelta(hours=plan.free_hours)
    return int(plan.late_refund_percent) if side == "client" and is_late else 100


class Parcels:
    """Looks at every PDF that left: to whom, and whether it is one that was confirmed for them."""

    def __init__(self) -> None:
        self._files = self._letters = 0

    def check(self, now: Snapshot, chats: Chats, post: Post, telegram_ids: dict[int, int]) -> None:
        """`telegram_ids`: by person. Addresses end in the telegram id of whose they are."""
        new = [(str(to), words) for to, words in chats.files[self._files :]]
        new += [
            (to.partition("@")[0].rpartition(".")[2], words) for to, words in post.letters[self._letters :]
        ]
        self._files, self._letters = len(chats.files), len(post.letters)
        if not new:
            return
        by_name = {one.public_id: one for one in now.requests.values()}
        confirmed = {(one.request_id, one.sha256) for one in now.files.values() if one.number is not None}
        for to, words in new:
            request = by_name[words.partition("/")[0]]
            assert to == str(telegram_ids[request.client_id]), f"{words} went to {to}, for {request}"
            sha256 = hashlib.sha256(words.encode()).hexdigest()
            assert (request.id, sha256) in confirmed, f"{words} was never confirmed for {request}"
