"""The estimate of a request's tokens grows with all that a model reads, and with nothing else."""

from __future__ import annotations

from typing import Any

from web_server.token_count import reckoned

PROSE = "The committee met on a grey morning and agreed, after some debate, to repaint the old bridge in green. " * 20
WORDS = len(PROSE.split())


def user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def test_english_prose_is_a_little_more_tokens_than_words():
    assert WORDS < reckoned({"messages": [user(PROSE)]}) < WORDS * 1.8


def test_parts_calls_results_tools_and_shapes_all_count():
    call = {"id": "c", "type": "function", "function": {"name": "mail", "arguments": '{"to": "somebody"}'}}
    tool = {"type": "function", "function": {"name": "mail", "parameters": {"type": "object"}}}
    steps: list[dict[str, Any]] = [
        {"messages": [user("hi")]},
        {"messages": [user([{"type": "text", "text": "hi"}, {"type": "text", "text": "hello there"}])]},
        {"messages": [user("hi"), {"role": "assistant", "content": None, "tool_calls": [call]}]},
        {"messages": [user("hi"), {"role": "assistant", "content": "Yes, I will do so.", "tool_calls": [call]}]},
    ]
    counts = [reckoned(step) for step in steps]
    assert counts == sorted(set(counts))
    assert reckoned({**steps[0], "tools": [tool]}) > counts[0]
    assert reckoned({**steps[0], "response_format": {"type": "json_schema"}}) > counts[0]
    assert reckoned({**steps[0], "temperature": 0.5, "max_tokens": 100}) == counts[0]


def test_other_scripts_and_half_pairs_are_counted_too():
    assert reckoned({"messages": [user("東京都" * 10)]}) > 20
    assert reckoned({"messages": [user("\ud800")]}) > 0
    assert reckoned({}) == reckoned({"messages": None}) == 0
