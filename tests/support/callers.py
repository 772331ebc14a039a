"""Callers of a running router with limits: each named by its subject, one after the other or many at once."""

from __future__ import annotations

import collections
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.support.plain_http import PLAIN
from tests.support.stack import Stack, mint

OWN = "/api/v1/stateless-query"


def client(stack: Stack, subject: str, *more: str) -> httpx.Client:
    headers = {"authorization": f"Bearer {mint(stack, '--subject', subject, *more)}"}
    return httpx.Client(base_url=stack.url, headers=headers, timeout=30, **PLAIN)


def fresh(stack: Stack, subject: str, body: dict[str, Any], times: int, door: str = OWN) -> list[httpx.Response]:
    """Asked at once, each on a connection of its own, so that both workers have some."""
    token = {"authorization": f"Bearer {mint(stack, '--subject', subject)}"}

    def ask(_number: int) -> httpx.Response:
        return httpx.post(stack.url + door, json=body, headers=token, timeout=30, **PLAIN)

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(ask, range(times)))


def statuses(answers: list[httpx.Response]) -> dict[int, int]:
    return dict(collections.Counter(answer.status_code for answer in answers))


def exact(stack: Stack, subject: str, body: dict[str, Any], times: int, door: str = OWN) -> list[httpx.Response]:
    """The same of a caller whom every worker counted by Redis: on a busy machine one may lose sight of it."""
    for attempt in range(5):
        answers = fresh(stack, f"{subject}-{attempt}", body, times, door)
        if {answer.headers["x-ratelimit-limit-requests"] for answer in answers} == {"5"}:
            break
    return answers
