"""Private values in another writing, and writings that hold none."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.finding import found
from web_server.privacy.unescape import unescaped


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("to anna%40example.com now", "EMAIL_ADDRESS", "anna%40example.com"),
        ("to anna%2540example.com now", "EMAIL_ADDRESS", "anna%2540example.com"),
        ("tel=%2B49%2030%20901820&x", "PHONE_NUMBER", "%2B49%2030%20901820"),
        ("anna&#64;example.com", "EMAIL_ADDRESS", "anna&#64;example.com"),
        ("anna&#x40;example&period;com", "EMAIL_ADDRESS", "anna&#x40;example&period;com"),
        ('{"to": "anna\\u0040example.com"}', "EMAIL_ADDRESS", "anna\\u0040example.com"),
        ("anna&commat;example.com", "EMAIL_ADDRESS", "anna&commat;example.com"),
        ("x https%3A%2F%2Fberghuis-keramik.de%2Fa y", "URL", "https%3A%2F%2Fberghuis-keramik.de%2Fa"),
        ("seen at 198[.]51[.]100[.]4 today", "IP_ADDRESS", "198[.]51[.]100[.]4"),
        ("hxxps://berghuis-keramik[.]de/a", "URL", "hxxps://berghuis-keramik[.]de/a"),
        ("mail: a n n a @ e x a m p l e . c o m now", "EMAIL_ADDRESS", "a n n a @ e x a m p l e . c o m"),
    ],
)
def test_an_escaped_value_is_found_as_it_is_written(text: str, kind: str, value: str) -> None:
    assert found(text) == [(kind, value)]


def test_json_inside_json_is_read() -> None:
    inner = json.dumps({"email": "a.k@firm-example.com", "password": "hunter2xZ", "name": "Anna Smith"})
    text = json.dumps({"body": json.dumps({"inner": inner})})
    assert {value for _, value in found(text)} == {"a.k@firm-example.com", "hunter2xZ", "Anna Smith"}


@pytest.mark.parametrize(
    "blob",
    [_base64("078-05-1120"),
     _base64("my mail is anna@example.com, ok"), _base64("https://berghuis-keramik.de/a"),
     _base64(_base64("my mail is anna@example.com")),
     b"mail anna@example.com".hex(), base64.urlsafe_b64encode("Ünï anna@example.com ???>>>".encode()).decode(),
     base64.encodebytes(b"line after line after line. " * 6 + b"anna@example.com").decode().strip()],
)  # fmt: skip
def test_a_blob_that_holds_something_private_is_a_secret_whole(blob: str) -> None:
    assert found(f"see {blob} there") == [("SECRET", blob)]


@pytest.mark.parametrize(
    "text",
    ["data " + _base64("hello world, this is nothing at all"), "Donaudampfschifffahrtsgesellschaft", "50% off & more",
     "a_very_long_function_name_indeed(x)", "1 0 0 1 . 5 0 1 - 1 0 0 1 1 0",
     "re.split(r'a[.]b', x)",
     "d41d8cd98f00b204e9800998ecf8427e", "one two three four, I declare",
     "C:\\new\\table", "&lt;b&gt;bold&lt;/b&gt;", "my number one two", _base64(bytes(range(60)).decode("latin-1"))],
)  # fmt: skip
def test_other_writings_hold_nothing(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [("my pin is one two three four", "one two three four"),
     ("meine Nummer: null eins sieben drei", "null eins sieben drei"),
     ("call five five five - one two three four", "five five five - one two three four")],
)  # fmt: skip
def test_digits_are_spelled_where_a_word_says_so(text: str, value: str) -> None:
    assert found(text) == [("SECRET", value)]


@pytest.mark.parametrize(
    "value",
    ["john@example(dot)com", "john _at_ example _dot_ com", "john <at> example <dot> com", "anna.k[ät]firma.de",
     "john (dot) smith (at) example (dot) com", "pepe (arroba) empresa (punto) es", "anna AT example.com"],
)  # fmt: skip
def test_an_address_written_for_people_is_found(value: str) -> None:
    assert found(f"it is {value}, ok") == [("EMAIL_ADDRESS", value)]


@pytest.mark.parametrize(
    "text", ["meet (at) noon today.", "f(a) = b.c", "x[a] = y.z", "meet us at example.com", "(at) x"]
)
def test_at_in_brackets_alone_is_no_address(text: str) -> None:
    assert found(text) == []


@given(
    st.lists(
        st.sampled_from(["%40", "%2540", "&amp;", "&#64;", "\\\\", "\\u00fc", "\\", "a", "é", "%", ";", "\\n", '"'])
    )
)
def test_every_part_of_what_is_unescaped_leads_back(parts: list[str]) -> None:
    text = "".join(parts)
    plain = unescaped(text)
    end = 0
    for at in range(len(plain.text)):
        start, stop = plain.stretch(at, at + 1)
        assert start >= 0 and start < stop <= len(text) and stop >= end
        end = stop
