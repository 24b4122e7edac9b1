"""Sends signed events over 32 connections: `… -m benchmarks.subjects.webhook_sender PORT COUNT RUN KIND`.

Prints one line: the seconds it took, and how long each took. HTTP by hand, so that the server is the slower.
"""

import asyncio
import hashlib
import hmac
import json
import os
import sys
from collections.abc import Iterator
from time import perf_counter
from typing import Any

KEY = os.environ["PAYSTACK_SECRET_KEY"].encode()
CONNECTIONS = 32


def event(kind: str, number: int) -> bytes:
    """Of the size and shape of the events in Paystack's documentation."""
    customer = {"id": 84312, "email": "client@example.com", "customer_code": "CUS_xnxdt6s1zg1f4nx"}
    card = {"authorization_code": "AUTH_xxx", "bin": "408408", "last4": "4081", "bank": "TEST BANK"}
    step = {"type": "input", "message": "Filled", "time": 7}
    data: dict[str, Any] = {
        "id": number,
        "domain": "test",
        "status": "success",
        "reference": f"DD-bench-{number}",
        "amount": 1_250_000,
        "message": None,
        "gateway_response": "Successful",
        "paid_at": "2026-11-23T09:00:00.000Z",
        "channel": "card",
        "currency": "NGN",
        "metadata": {"custom_fields": []},
        "log": {"time_spent": 9, "attempts": 1, "history": [step] * 4},
        "customer": customer,
        "authorization": card,
        "plan": {},
    }
    return json.dumps({"event": kind, "data": data}).encode()


def request(kind: str, number: int) -> bytes:
    body = event(kind, number)
    signature = hmac.new(KEY, body, hashlib.sha512).hexdigest()
    head = (
        f"POST /paystack/webhook HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"x-paystack-signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def send(port: int, requests: Iterator[bytes], took: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for raw in requests:
        begun = perf_counter()
        writer.write(raw)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]))
        took.append(perf_counter() - begun)
    writer.close()


async def main(port: int, count: int, run: int, kind: str) -> None:
    requests = iter([request(kind, run * 1_000_000 + number) for number in range(count)])
    took: list[float] = []
    begun = perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(CONNECTIONS):
            group.create_task(send(port, requests, took))
    print(json.dumps({"seconds": perf_counter() - begun, "took": took}))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
