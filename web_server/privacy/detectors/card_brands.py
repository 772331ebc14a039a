"""The numbers that payment cards begin with, by brand (ISO/IEC 7812 issuer ranges), and how long each brand's are.

Called by the bank detector. Says nothing about the check digit.
"""

from __future__ import annotations

import re

_BRANDS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|095|6\d|[89]\d)\d{11}(?:\d{2})?"  # Diners Club
    r"|(?:30[0-5]\d|3095|3[689]\d\d)\d{10}"
    r"|(?:6011|64[4-9]\d|65\d\d)\d{12}(?:\d{3})?"  # Discover
    r"|35\d{14}(?:\d{3})?|(?:1800|2131)\d{11}"  # JCB
    r"|62\d{14,17}"  # UnionPay
    r"|[3456]\d{15}"  # and whoever else issues sixteen digits
    r"|220[0-4]\d{12,15}"  # Mir
    r"|(?:9792|5019|4571|8[12]\d\d|60\d\d|50[68]\d|636\d|627\d)\d{12}"  # Troy, Dankort, RuPay, Elo, Verve
    r"|(?:5018|5020|5038|5893|6304|6390|6759|676[1-3]|0604)\d{8,15}"  # Maestro
)
_LOOSE = re.compile(r"(?:50|5[6-8]|6\d)\d{10,17}")
"""Maestro's other ranges: a fifth of all numbers, so believed only where words or groups of four speak too."""


def is_branded(digits: str) -> bool:
    """Whether some brand issues numbers that begin so and are this long."""
    return _BRANDS.fullmatch(digits) is not None


def may_be_branded(digits: str) -> bool:
    """Whether it may be one of the less telling ranges."""
    return _LOOSE.fullmatch(digits) is not None
