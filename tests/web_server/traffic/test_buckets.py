"""A bucket holds its number, costs no more than its share, and is its own bucket."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web_server.traffic.buckets import bucket


@pytest.mark.parametrize("steps", [1, 2, 4, 8])
@given(number=st.integers(1, 10**7))
def test_a_bucket_holds_its_number_and_adds_one_part_in_its_steps_at_most(steps: int, number: int):
    found = bucket(number, steps)
    assert number <= found < number * (1 + 1 / steps) or found == number
    assert bucket(found, steps) == found
    assert bucket(number + 1, steps) >= found


def test_there_are_as_many_between_two_powers_of_two_as_it_says():
    assert sorted({bucket(number, 2) for number in range(1, 65)}) == [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]
    assert len({bucket(number, 8) for number in range(1025, 2049)}) == 8
    assert bucket(0, 2) == 1
