"""One running router for all journeys that do not break it."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest

from tests.support.sdks import openai_at
from tests.support.stack import Stack, running

TICK_MS = 20
"""Of padded answers: short, so that tests are."""


@pytest.fixture(scope="session")
def shared_stack() -> Iterator[Stack]:
    with running({"WEB_SERVER_PRIVACY_MINIMUM": "none", "WEB_SERVER_PAD_TICK_MS": str(TICK_MS)}) as stack:
        yield stack


@pytest.fixture
def stack(shared_stack: Stack) -> Stack:
    """The shared router, with nothing received yet."""
    shared_stack.forget()
    return shared_stack


@pytest.fixture
def sdk(stack: Stack) -> Iterator[openai.OpenAI]:
    """OpenAI's own client at the module's router."""
    with openai_at(stack) as made:
        yield made
