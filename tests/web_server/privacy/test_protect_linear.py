"""Hiding a dense list of people costs in proportion to its length: counted in calls, not timed."""

from __future__ import annotations

from tests.support.counting import calls
from tests.support.planted import Planted
from web_server.privacy import kinds
from web_server.privacy.last_look import last_look
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import DEFAULT
from web_server.privacy.shield import Shield
from web_server.query import ModelRef, Query

_LETTERS = "bcdfghklmnprstvw"


def people(count: int) -> dict[str, str]:
    values = {}
    for number in range(count):
        first, last = f"An{_word(number)}a", f"Ko{_word(number * 7 + 1)}ski"
        values[f"{first} {last}"] = kinds.PERSON
        values[f"{first}.{last}@firma{number}.test".lower()] = kinds.EMAIL_ADDRESS
        values[f"+48 6{number:08d}"] = kinds.PHONE_NUMBER
    return values


def _word(number: int) -> str:
    return "".join(_LETTERS[number // 16**place % 16] + "aeio"[place] for place in range(4))


def work(count: int) -> int:
    values = people(count)
    text = "\n".join(values)
    shield, ledger = Shield(Planted(values), DEFAULT), Ledger(b"a seed of sixteen bytes or more")
    query = Query(ModelRef("p", "m"), {"messages": [{"role": "user", "content": text}]})
    sent: list[str] = []
    spent = calls(lambda: sent.append(str(shield.protect(query, ledger).payload)))
    assert sent[0].count("@") == count
    last_look(ledger, b"{}")
    return spent


def test_a_list_of_eight_times_as_many_people_is_at_most_ten_times_the_work() -> None:
    work(10)  # what is read once is read
    assert work(800) <= 10 * work(100)
