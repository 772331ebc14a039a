"""LangChain by changing `base_url` alone: a chat, a stream, an agent that calls a tool, and an index of vectors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.plain_http import PLAIN
from tests.support.stack import Stack

langchain_openai = pytest.importorskip("langchain_openai")
agents = pytest.importorskip("langchain.agents")

NAME, MAIL = "Marta Lindqvist", "marta.lindqvist@fjordmail.example"
PROMPT = f"My name is {NAME}, write to {MAIL} for me. Sign it Marta."


@pytest.fixture
def line() -> Iterator[httpx.Client]:
    """Its own would be kept for all tests, and never closed."""
    with httpx.Client(timeout=30, **PLAIN) as made:
        yield made


def chat(stack: Stack, **options: Any) -> Any:
    return langchain_openai.ChatOpenAI(
        model="mirror/openai", base_url=f"{stack.url}/v1", api_key=stack.token, max_retries=0, **options
    )


def assert_nothing_left(stack: Stack) -> None:
    seen = json.dumps(stack.received(), ensure_ascii=False)
    assert seen != "[]" and not any(word in seen for word in ("Marta", "Lindqvist", "lindqvist"))


@pytest.mark.parametrize("responses", [False, True])
def test_it_chats_and_streams_by_either_api(stack: Stack, line: httpx.Client, responses: bool):
    model = chat(stack, http_client=line, use_responses_api=responses)
    assert model.invoke(PROMPT).text == PROMPT
    pieces = [chunk.text for chunk in model.stream(PROMPT)]
    assert "".join(pieces) == PROMPT and len(pieces) > 8
    assert_nothing_left(stack)


@pytest.mark.parametrize("responses", [False, True])
@pytest.mark.parametrize("streaming", [False, True])
def test_an_agent_calls_its_tool_with_the_real_values(
    stack: Stack, line: httpx.Client, responses: bool, streaming: bool
):
    called: list[str] = []

    def send_mail(text: str) -> str:
        """Sends a mail that says `text`."""
        called.append(text)
        return f"sent to {MAIL}"

    model = chat(stack, http_client=line, use_responses_api=responses, streaming=streaming)
    agent = agents.create_agent(model, tools=[send_mail], system_prompt=f"You help {NAME}.")
    state = agent.invoke({"messages": [{"role": "user", "content": PROMPT}]})
    assert called == [PROMPT]
    assert state["messages"][-1].text == f"{PROMPT}\nsent to {MAIL}"
    assert_nothing_left(stack)
    last, first = (call["body"]["messages"] for call in stack.received())
    assert last[:2] == first


async def test_an_agent_is_asked_for_side_by_side(stack: Stack):
    async def look_up(text: str) -> str:
        """Looks `text` up."""
        return "found"

    async with httpx.AsyncClient(timeout=30, **PLAIN) as line:
        agent = agents.create_agent(chat(stack, http_async_client=line), tools=[look_up])
        events = [event async for event in agent.astream({"messages": [("user", PROMPT)]}, stream_mode="values")]
    assert events[-1]["messages"][-1].text == f"{PROMPT}\nfound"
    assert_nothing_left(stack)


def test_an_index_of_vectors_finds_a_text_again(stack: Stack, line: httpx.Client):
    index = langchain_openai.OpenAIEmbeddings(
        model="mirror/openai",
        base_url=f"{stack.url}/v1",
        api_key=stack.token,
        check_embedding_ctx_length=False,
        http_client=line,
    )
    texts = [PROMPT, "Something else.", f"{NAME} again"]
    vectors = index.embed_documents(texts)
    assert index.embed_query(PROMPT) == vectors[0]
    assert index.embed_query(texts[2]) == vectors[2] != vectors[1]
    assert_nothing_left(stack)


def test_an_old_model_completes(stack: Stack, line: httpx.Client):
    model = langchain_openai.OpenAI(
        model="mirror/openai", base_url=f"{stack.url}/v1", api_key=stack.token, max_retries=0, http_client=line
    )
    assert model.batch([PROMPT, "Hello."]) == [PROMPT, "Hello."]
    assert_nothing_left(stack)
