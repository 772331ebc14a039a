"""Amounts of money, as six languages write them, for policies and levels that hide or generalise them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_SIGNS = "$€£¥₹₽₺₩₪"
_CODES = "USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|INR|CNY|BRL|MXN|ZAR|SGD|HKD|AED|TRY|ARS|COP|CLP"
_NAMES = (
    "dollars?|dollari|dólares|dólar|dólars|euros?|eur|pounds?|quid|bucks?|pfund|pond|livres?|libras?|sterline|sterlina|"
    "pesos?|francs?|franken|franchi|francos|yen|yuan|rupees?|rupien|roupies|rupias|kronen|kronor|krona|crowns|zloty|złoty|"
    "lire"
)
_MAGNITUDES = (
    "k|m|mm|mn|bn|tn|thousand|million|billion|tausend|tsd|mio|millionen|million|mrd|milliarden|milliarde|mille|millions|"
    "milliards?|mil|millones|millón|mila|milioni|milione|miliardi|miljoen|miljard|duizend"
)
_WORDS = words(
    "usd eur gbp chf jpy cad aud nzd sek nok dkk pln czk huf inr cny brl mxn zar sgd hkd aed try ars cop clp fr sfr rs "
    "dollar dollars dollari dólares dólar euro euros pound pounds quid buck bucks pfund pond livre livres libra libras "
    "sterline sterlina peso pesos franc francs franken franchi francos yen yuan rupee rupees rupien roupies rupias "
    "kronen kronor krona crowns zloty złoty lire"
)
_GROUPED = r"\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3}){1,4}(?!\d)"
_NUMBER = rf"(?:{_GROUPED}(?:[.,]\d{{1,2}})?|\d{{1,12}}(?:[.,]\d{{1,2}})?)(?:,?[-–]{{1,2}}(?!\w))?"
_AMOUNT = rf"{_NUMBER}(?!\d)(?:[ \u00a0]?(?i:{_MAGNITUDES})\.?(?![^\W\d_]))?"
_BEFORE = rf"(?<![A-Za-z])(?:(?:US|CA|C|AU|A|NZ|HK|S|R)?[{_SIGNS}]|{_CODES}|S?Fr\.|Rs\.?)[ \u00a0]?{_AMOUNT}"
_BEHIND = rf"(?<![\w.,'’]){_AMOUNT}[ \u00a0]?(?:[{_SIGNS}]|(?:{_CODES}|(?i:{_NAMES}))(?![^\W\d_]))"
_MONEY = re.compile(rf"(?:{_BEFORE}|{_BEHIND})(?!\w)")


class MoneyDetector(Detector):
    """A number with a currency before or behind it."""

    KINDS = (kinds.MONEY,)

    def spans(self, reading: Reading) -> Iterator[Span]:
        if not reading.has_digit:
            return
        if not any(sign in reading.text for sign in _SIGNS) and reading.words.isdisjoint(_WORDS):
            return
        for found in _MONEY.finditer(reading.text):
            yield Span(*found.span(), kinds.MONEY, 0.7, "money")
