"""Thirty a second over all chats, on an event loop whose clock jumps to the next timer."""

import asyncio

from integrations.telegram.pace import Pace
from tests.integrations.test_telegram_limiter import play


class Post:
    def __init__(self) -> None:
        self.pace = Pace()
        self.log: list[tuple[str, float]] = []
        self.started = asyncio.get_running_loop().time()

    async def send(self, what: str, *, first: bool = False) -> None:
        await self.pace.turn(first=first)
        self.log.append((what, asyncio.get_running_loop().time() - self.started))


def test_three_hundred_take_ten_seconds_in_their_order() -> None:
    async def scene() -> None:
        post = Post()
        await asyncio.gather(*[post.send(str(n)) for n in range(300)])
        assert [what for what, _ in post.log] == [str(n) for n in range(300)]
        assert 9.8 < post.log[-1][1] < 10.1
        for at in range(0, 300, 30):  # no second has more than its share
            within = [when for _, when in post.log if at / 30 <= when < at / 30 + 1]
            assert len(within) <= 33

    play(scene)


def test_who_is_first_waits_for_no_burst() -> None:
    async def scene() -> None:
        post = Post()
        async with asyncio.TaskGroup() as group:
            for n in range(100):
                group.create_task(post.send(str(n)))
            await asyncio.sleep(1)
            group.create_task(post.send("now", first=True))
        [at] = [when for what, when in post.log if what == "now"]
        assert at < 1.05

    play(scene)


def test_a_turn_given_back_is_had_by_the_next() -> None:
    async def scene() -> None:
        post = Post()
        for _ in range(300):
            await post.pace.turn(first=False)
            post.pace.give_back()
        await post.send("sent")
        assert post.log[0][1] < 0.1

    play(scene)


def test_who_stops_waiting_keeps_nobody() -> None:
    async def scene() -> None:
        post = Post()
        await asyncio.gather(*[post.send("before") for _ in range(3)])
        loop = asyncio.get_running_loop()
        gone = [loop.create_task(post.send("gone")) for _ in range(50)]
        await asyncio.sleep(0)
        for task in gone:
            task.cancel()
        await asyncio.gather(*gone, return_exceptions=True)
        await post.send("after")
        assert [what for what, _ in post.log] == ["before"] * 3 + ["after"]
        assert post.log[-1][1] < 0.1

    play(scene)


def test_after_a_quiet_time_there_is_no_burst() -> None:
    async def scene() -> None:
        post = Post()
        await post.send("one")
        await asyncio.sleep(60)
        await asyncio.gather(*[post.send("more") for _ in range(30)])
        assert post.log[-1][1] > 60.85

    play(scene)
