"""The vendors' own clients, unmodified, at a running router: `with sdks.openai_at(stack) as sdk: ...`."""

from __future__ import annotations

import anthropic
import openai

from tests.support.plain_http import PLAIN
from tests.support.stack import Stack


def openai_at(stack: Stack, token: str | None = None) -> openai.OpenAI:
    """With the stack's token, or another."""
    line = openai.DefaultHttpxClient(**PLAIN)
    return openai.OpenAI(base_url=f"{stack.url}/v1", api_key=token or stack.token, max_retries=0, http_client=line)


def async_openai_at(stack: Stack, token: str | None = None) -> openai.AsyncOpenAI:
    """The asynchronous one."""
    line = openai.DefaultAsyncHttpxClient(**PLAIN)
    return openai.AsyncOpenAI(base_url=f"{stack.url}/v1", api_key=token or stack.token, max_retries=0, http_client=line)


def anthropic_at(stack: Stack, token: str | None = None) -> anthropic.Anthropic:
    """The stack's token, or another, in `x-api-key`, as the client sends it."""
    line = anthropic.DefaultHttpxClient(**PLAIN)
    return anthropic.Anthropic(base_url=stack.url, api_key=token or stack.token, max_retries=0, http_client=line)


def async_anthropic_at(stack: Stack) -> anthropic.AsyncAnthropic:
    """The asynchronous one, its token in `authorization`."""
    line = anthropic.DefaultAsyncHttpxClient(**PLAIN)
    return anthropic.AsyncAnthropic(base_url=stack.url, auth_token=stack.token, max_retries=0, http_client=line)
