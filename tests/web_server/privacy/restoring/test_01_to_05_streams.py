"""Items 1 to 5, 18 and 20 of the list of what goes wrong elsewhere: where streams are cut, and what is held back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.cast import ANNA, PIOTR, STYLES, everywhere, restored, sent, shielded
from web_server.privacy.policy import Treatment
from web_server.privacy.restore import Restorer
from web_server.providers.openai import OpenAI
from web_server.query import Delta

ALL = [*ANNA, *PIOTR]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("value", ALL)
def test_01_a_surrogate_split_over_chunks_at_every_position(value: str, style: Treatment) -> None:
    ledger = shielded(style)
    assert everywhere(ledger, f"So ({sent(ledger, style, value)}), said he.") == {f"So ({value}), said he."}


@given(st.lists(st.sampled_from(ALL), max_size=4), st.lists(st.integers(1, 9), min_size=1), st.sampled_from(STYLES))
@settings(max_examples=60, deadline=None)
def test_01_several_surrogates_split_into_pieces_of_any_size(
    values: list[str], sizes: list[int], style: Treatment
) -> None:
    ledger = shielded(style)
    text, pieces, at = "; ".join(sent(ledger, style, value) for value in values), [], 0
    while at < len(text):
        pieces.append(text[at : at + sizes[len(pieces) % len(sizes)]])
        at += len(pieces[-1])
    assert restored(ledger, pieces) == "; ".join(values)


def golden(content: str, arguments: str, step: int) -> bytes:
    """A stream as OpenAI's, of content and then of a tool call, `step` characters an event."""
    tool = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "f", "arguments": ""}}
    deltas: list[dict[str, object]] = [{"content": content[at : at + step]} for at in range(0, len(content), step)]
    deltas.append({"tool_calls": [tool]})
    for at in range(0, len(arguments), step):
        deltas.append({"tool_calls": [{"index": 0, "function": {"arguments": arguments[at : at + step]}}]})
    chunks: list[object] = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})
    lines = [b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\r\n\r\n" for chunk in chunks]
    return b": ping\n\n" + b"".join(lines) + b"data: [DONE]\n\n"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("step", [1, 7])
def test_02_and_20_a_stream_of_events_read_in_two_parts_at_every_byte(style: Treatment, step: int) -> None:
    ledger = shielded(style)
    name, street = sent(ledger, style, "Anna Kowalska"), sent(ledger, style, 'Rue "du Bac" 12\n75007 Bad M\u00fcnder')
    stream = golden(f"F\u00fcr {name}\u2019s \U0001f600.", json.dumps({"to": name, "at": street}), step)
    expected = ("F\u00fcr Anna Kowalska\u2019s \U0001f600.", {"to": "Anna Kowalska", "at": street_of()})
    for at in range(0, len(stream), 1 if step > 1 else 13):  # an event is some 60 bytes long
        said = {"content": "", "tool": ""}
        reader, restorer = OpenAI().reader(), Restorer(ledger)
        deltas = [delta for read in (stream[:at], stream[at:]) for delta in reader.feed(read)]
        reader.close()
        for out in [*(each for delta in deltas for each in restorer.feed(delta)), *restorer.close()]:
            said[out.channel] += out.text
        assert (said["content"], json.loads(said["tool"])) == expected


def street_of() -> str:
    return 'Rue "du Bac" 12\n75007 Bad M\u00fcnder'


@pytest.mark.parametrize("shape", ["**{}**", "`{}`", "[{}]", "<{}>", "{{{}}}", "\u201c{}\u201d", "__{}__", "\\[{}\\]"])
def test_03_the_delimiter_itself_split(shape: str) -> None:
    for style in STYLES:
        ledger = shielded(style)
        text = shape.format(sent(ledger, style, "Anna Kowalska"))
        assert everywhere(ledger, f"x {text} y") == {f"x {shape.format('Anna Kowalska')} y"}


PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="[<{\\&\u3010"), max_size=40)


@given(PLAIN, st.sampled_from(STYLES))
@settings(max_examples=80, deadline=None)
def test_04_nothing_is_held_back_but_what_may_become_a_surrogate(text: str, style: Treatment) -> None:
    ledger = shielded(style)
    forms = [sent(ledger, style, value).lower().strip("[]") for value in ALL]
    begins = {word[:1] for form in forms for word in form.replace("-", " ").replace("_", " ").split(" ")} | set("0+(")
    restorer, held = Restorer(ledger), ""
    for char in text:
        held += char
        out = "".join(delta.text for delta in restorer.feed(Delta(text=char)))
        held = held[len(out) :]
        assert not held or held[0].lower() in begins or not held[0].isascii()


@pytest.mark.parametrize("style", STYLES)
def test_05_the_arguments_of_a_tool_are_restored(style: Treatment) -> None:
    ledger = shielded(style)
    said = json.dumps({"to": [sent(ledger, style, "Anna Kowalska")], "cc": sent(ledger, style, "p.baker@inna.test")})
    for made in everywhere(ledger, said, "tool"):
        assert json.loads(made) == {"to": ["Anna Kowalska"], "cc": "p.baker@inna.test"}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("value", ALL)
def test_18_a_stream_that_ends_inside_a_surrogate_gives_what_came_and_nobody_s_value(
    value: str, style: Treatment
) -> None:
    ledger = shielded(style)
    made = sent(ledger, style, value)
    own = value in ANNA
    for end in range(1, len(made)):
        (back,) = everywhere(ledger, f"So {made[:end]}") if end % 5 == 0 else {restored(ledger, [f"So {made[:end]}"])}
        assert back.startswith("So ")
        for other in PIOTR if own else ANNA:
            assert other not in back
