from __future__ import annotations

from collections.abc import Iterator

import httpx
import openai
import pytest

from tests.support.mirror import mirror


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with mirror() as url:
        yield url


@pytest.fixture
def http(base_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=base_url, timeout=5) as client:
        client.delete("/received")
        yield client


@pytest.fixture
def sdk(base_url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{base_url}/v1", api_key="sk-test-not-a-key", max_retries=0, timeout=5) as client:
        yield client
