"""Check digits of the numbers that surrogates imitate.

Called by the surrogates. Sources: ISO/IEC 7812-1 (Luhn), ISO 13616 (IBAN, mod 97).
"""

from __future__ import annotations


def luhn_digit(body: str) -> str:
    """The digit that makes `body` plus it valid."""
    total = 0
    for place, char in enumerate(reversed(body)):
        value = int(char) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def iban_digits(country: str, body: str) -> str:
    """The two check digits of an IBAN of `country` with the account part `body`, both in capitals."""
    number = "".join(str(int(char, 36)) for char in f"{body}{country}00")
    return f"{98 - int(number) % 97:02d}"
