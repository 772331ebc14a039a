"""A caller's turn is rewritten by a model that the operator names, or stays as it was and says why."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest

from web_server.errors import ApiError
from web_server.privacy.finder import PatternFinder
from web_server.privacy.ledger import Ledger
from web_server.privacy.obfuscation.rewrite_model import RewriteModel
from web_server.privacy.policy import DEFAULT
from web_server.privacy.policy_file import PolicyError, load
from web_server.privacy.shield import Shield
from web_server.query import ModelRef, PrivacyFlags, Query, ScrubbedQuery
from web_server.rewriter import Rewriter

MODEL = ModelRef("local", "small")
BY = RewriteModel("local/small", seconds=0.5)
SHIELD = Shield(PatternFinder(DEFAULT), DEFAULT)
TEXT = "My mail is anna.example@mailbox.test, please tell me why 3 of 40 parcels never arrive."


def protected(*texts: str) -> tuple[ScrubbedQuery, Ledger]:
    ledger = Ledger(b"a seed of sixteen bytes or more")
    payload: dict[str, Any] = {"messages": [{"role": "user", "content": text} for text in texts]}
    query = Query(MODEL, payload, flags=PrivacyFlags(obfuscate="rewrite"))
    return SHIELD.protect(query, ledger), ledger


class Paraphraser:
    """A model that says what `change` makes of a turn, and counts how often it was asked."""

    def __init__(self, change: Callable[[str], str]) -> None:
        self._change = change
        self.asked: list[str] = []

    async def ask(self, query: ScrubbedQuery, seconds: float) -> str:
        messages: Any = query.payload["messages"]
        self.asked.append(messages[-1]["content"])
        return self._change(self.asked[-1])


def said(query: ScrubbedQuery) -> list[str]:
    messages: Any = query.payload["messages"]
    return [message["content"] for message in messages]


async def rewrite(
    change: Callable[[str], str], *texts: str, rewriter: Rewriter | None = None, conversation: bytes | None = None
) -> tuple[ScrubbedQuery, ScrubbedQuery, Paraphraser]:
    before, ledger = protected(*texts)
    model = Paraphraser(change)
    after = await (rewriter or Rewriter()).rewrite(
        before, ledger, by=BY, model=MODEL, ask=model.ask, conversation=conversation
    )
    return before, after, model


async def test_a_turn_is_replaced_by_its_paraphrase_and_real_values_are_never_shown():
    before, after, model = await rewrite(lambda text: text.replace("please tell me", "I would like to know"), TEXT)
    assert (after.obfuscated, after.shortfall) == ("rewrite", None)
    assert "I would like to know" in said(after)[0]
    assert "anna.example" not in model.asked[0]
    assert said(before) != said(after)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda text: re.sub(r"\S+@\S+", "my address", text), "rewrite_lost_a_value"),
        (lambda text: text + re.findall(r"\S+@[\w.]+\w", text)[0], "rewrite_lost_a_value"),
        (lambda text: re.sub(r"\S+@\S+", "anna.example@mailbox.test,", text), "rewrite_lost_a_value"),
        (lambda text: text.replace("3", "three"), "rewrite_unfaithful"),
        (lambda text: text + " blah" * 100, "rewrite_unfaithful"),
        (lambda text: "", "rewrite_lost_a_value"),
    ],
)
async def test_a_paraphrase_that_loses_something_is_not_sent(change: Callable[[str], str], reason: str):
    before, after, _ = await rewrite(change, TEXT)
    assert (after.obfuscated, after.shortfall) == ("quasi", reason)
    assert said(after) == said(before)


async def test_code_and_quotations_are_not_shown_and_come_back_in_place():
    text = 'Please explain in detail why "i dont  know" fails here:\n\n```\nx  = dont!!\n```'
    _, after, model = await rewrite(lambda asked: asked.replace("explain in detail", "describe exactly"), text)
    assert "dont" not in model.asked[0]
    assert after.obfuscated == "rewrite"
    assert '"i dont  know"' in said(after)[0] and "```\nx  = dont!!\n```" in said(after)[0]


async def test_a_lost_stretch_of_code_is_not_sent():
    text = "Please explain in detail why this fails:\n\n```\nx  = dont!!\n```"
    _, after, _ = await rewrite(lambda asked: asked.replace("[KEEP_1]", ""), text)
    assert (after.obfuscated, after.shortfall) == ("quasi", "rewrite_unfaithful")


async def test_without_a_model_or_when_it_fails_or_is_slow_the_query_goes_as_it_was():
    before, ledger = protected(TEXT)

    async def fails(query: ScrubbedQuery, seconds: float) -> str:
        raise ApiError("PROVIDER_FAILED")

    async def hangs(query: ScrubbedQuery, seconds: float) -> str:
        await asyncio.Event().wait()
        raise AssertionError

    async def breaks(query: ScrubbedQuery, seconds: float) -> str:
        raise RuntimeError

    quick = RewriteModel("local/small", seconds=0.01)
    for by, model, ask in (
        (None, MODEL, fails), (BY, None, fails), (BY, MODEL, fails), (quick, MODEL, hangs), (BY, MODEL, breaks),
    ):  # fmt: skip
        after = await Rewriter().rewrite(before, ledger, by=by, model=model, ask=ask, conversation=None)
        assert (after.obfuscated, after.shortfall) == ("quasi", "rewrite_unavailable")
        assert said(after) == said(before)


async def test_a_turn_is_rewritten_once_in_a_conversation_and_anew_in_another():
    rewriter, numbers = Rewriter(), iter("abcdefgh")
    change = lambda text: f"{text} And also {next(numbers)}."  # noqa: E731
    _, first, model = await rewrite(change, TEXT, rewriter=rewriter, conversation=b"one")
    _, again, later = await rewrite(change, TEXT, "And what do I do next?", rewriter=rewriter, conversation=b"one")
    assert said(again)[0] == said(first)[0]
    assert (len(model.asked), len(later.asked)) == (1, 1)
    _, other, _ = await rewrite(change, TEXT, rewriter=rewriter, conversation=b"two")
    assert said(other) != said(first)
    _, alone, _ = await rewrite(change, TEXT, rewriter=rewriter, conversation=None)
    assert said(alone) != said(first)


async def test_a_turn_that_failed_stays_as_it_was_sent():
    rewriter = Rewriter()
    _, first, _ = await rewrite(lambda text: "", TEXT, rewriter=rewriter, conversation=b"one")
    _, again, model = await rewrite(lambda text: text, TEXT, rewriter=rewriter, conversation=b"one")
    assert model.asked == []
    assert said(again) == said(first) and again.shortfall == first.shortfall


async def test_memory_is_bounded():
    rewriter = Rewriter(most=300)
    for number in range(20):
        await rewrite(lambda text: text, f"{TEXT} {number}", rewriter=rewriter, conversation=b"one")
    assert int(re.findall(r"\d+", repr(rewriter))[0]) <= 3


def test_the_policy_file_names_the_model():
    assert load("rewrite: {model: ollama/llama3.2, seconds: 5}", "p").rewrite == RewriteModel("ollama/llama3.2", 5)
    for wrong in (
        "rewrite: {seconds: 5}",
        "rewrite: {model: llama}",
        "rewrite: {model: a/b, seconds: 0}",
        "rewrite: x",
    ):
        with pytest.raises(PolicyError):
            load(wrong, "p")


async def test_a_model_that_the_catalog_does_not_have_is_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    before, ledger = protected(TEXT)
    model = Paraphraser(str.upper)
    after = await Rewriter().rewrite(before, ledger, by=BY, model=None, ask=model.ask, conversation=None)
    assert (after.obfuscated, model.asked) == ("quasi", [])
    assert [record.message for record in caplog.records] == [
        "the policy's `rewrite` names a model that providers.yaml does not have"
    ]
