"""Binary event streams: whole messages wherever they are cut, and never a word of a damaged one."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from tests.support.frames import framed, header, text
from web_server.providers.eventstream import FrameParser, Message, NotFrames

GOLDENS = sorted((Path(__file__).parents[2] / "golden" / "bedrock").glob("*.frames"))


def read(*reads: bytes) -> list[Message]:
    parser = FrameParser()
    messages = [message for each in reads for message in parser.feed(each)]
    assert parser.is_between
    return messages


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda file: file.stem)
def test_the_vendors_own_parser_reads_the_same(golden: Path):
    buffer = EventStreamBuffer()
    buffer.add_data(golden.read_bytes())
    theirs = [(each.headers, each.payload) for each in buffer]
    assert len(theirs) > 4
    assert [(dict(each.headers), each.payload) for each in read(golden.read_bytes())] == theirs


HEADERS = st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=3)


@given(st.lists(st.tuples(HEADERS, st.binary(max_size=40))), st.data())
def test_messages_come_out_as_they_went_in_wherever_they_are_cut(
    said: list[tuple[dict[str, str], bytes]], data: st.DataObject
):
    whole = b"".join(framed(b"".join(text(*pair) for pair in headers.items()), payload) for headers, payload in said)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    reads = [whole[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert [(dict(each.headers), each.payload) for each in read(*reads)] == said


def test_headers_of_other_types_are_stepped_over():
    sizes = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}
    others = b"".join(header(f"h{kind}", kind, bytes(size)) for kind, size in sizes.items())
    (message,) = read(framed(others + header("b", 6, b"\x00\x02xy") + text("last", "ä"), b"{}"))
    assert message == ({"last": "ä"}, b"{}")


GOOD = framed(text(":event-type", "x"), b'{"a": 1}')


@pytest.mark.parametrize("at", range(len(GOOD)))
def test_a_message_with_one_wrong_bit_is_refused_or_never_ends(at: int):
    damaged = GOOD[:at] + bytes([GOOD[at] ^ 1]) + GOOD[at + 1 :]
    with pytest.raises(NotFrames):
        list(FrameParser().feed(damaged))


@pytest.mark.parametrize(
    "headers",
    [
        *(b"\x05ab", b"\x01a", b"\x01a\x0a", b"\x01a\x07", b"\x01a\x07\x00", b"\x01a\x07\x00\x09x", b"\x01a\x09xy"),
        *(header("a", 7, b"\x00\x01\xff"), b"\x01\xff\x07\x00\x00"),
    ],
)
def test_headers_that_cannot_be_read_are_refused(headers: bytes):
    with pytest.raises(NotFrames):
        list(FrameParser().feed(framed(headers, b"{}")))


def test_lengths_that_cannot_be_are_refused_before_anything_is_waited_for():
    for size, headers in ((15, 0), (40, 30), (9 * 1024 * 1024, 0), (2**32 - 1, 2**32 - 1)):
        prelude = struct.pack(">II", size, headers)
        with pytest.raises(NotFrames):
            list(FrameParser().feed(prelude + struct.pack(">I", zlib.crc32(prelude)) + b"\0\0\0\0"))
    with pytest.raises(NotFrames):
        list(FrameParser().feed(b"<!doctype html><title>It works!</title>"))
