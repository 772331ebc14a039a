"""Amounts of money in six languages, and what is none."""

from __future__ import annotations

import pytest

from tests.support.finding import spans_of
from web_server.privacy.detectors.money import MoneyDetector


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("I earn $52,317.44 a year", "$52,317.44"),
        ("Miete 1.234,56 € warm", "1.234,56 €"),
        ("ho speso 1.250 euro", "1.250 euro"),
        ("costó 3.400,50 euros", "3.400,50 euros"),
        ("15 000 € par an", "15 000 €"),
        ("€ 1.200,- per maand", "€ 1.200,-"),
        ("USD 12,345", "USD 12,345"),
        ("5 million dollars", "5 million dollars"),
        ("a rent of £950/month", "£950"),
        ("Fr. 1'250.50", "Fr. 1'250.50"),
        ("2,5 Mio. Euro", "2,5 Mio. Euro"),
        ("10k€", "10k€"),
        ("$1.2M", "$1.2M"),
    ],
)
def test_an_amount_is_found_whole(text: str, amount: str):
    assert ("MONEY", amount) in spans_of(MoneyDetector(), text)


@pytest.mark.parametrize("text", ["$HOME and $1st", "x$5y", "€", "the 3 lines", "$(ls)", "price: TBD", "12345"])
def test_no_amount_is_found_where_there_is_none(text: str):
    assert spans_of(MoneyDetector(), text) == set()
