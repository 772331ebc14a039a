"""A whole answer is what its deltas spell, whatever order the lanes came in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from web_server.answer import collect
from web_server.query import Answer, Choice, Delta, Usage

pieces = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["content", "reasoning", "tool"]), st.text(max_size=5)))


@given(pieces)
def test_every_lane_is_joined_in_its_own_order(pieces: list[tuple[int, str, str]]):
    answer = collect(Delta(choice=choice, channel=channel, text=text) for choice, channel, text in pieces)  # type: ignore[arg-type]

    def lane(choice: int, channel: str) -> str:
        return "".join(text for c, ch, text in pieces if (c, ch) == (choice, channel))

    assert [choice.index for choice in answer.choices] == sorted({choice for choice, _, _ in pieces})
    for choice in answer.choices:
        assert (choice.content or "") == lane(choice.index, "content")
        assert (choice.reasoning or "") == lane(choice.index, "reasoning")
        assert "".join(call.arguments for call in choice.tool_calls) == lane(choice.index, "tool")


def test_nothing_makes_an_answer_without_choices():
    assert collect([Delta(usage=Usage(1, 2))]) == Answer((), Usage(1, 2))


def test_a_choice_that_only_ends_is_still_a_choice():
    assert collect([Delta(finish_reason="length")]).choices == (Choice(0, None, None, None, (), "length"),)
