"""Check digits of the numbers that surrogates imitate, and of the addresses that python-stdnum does not know.

Called by the surrogates, and by the detector of wallets. Sources: ISO/IEC 7812-1 (Luhn), ISO 13616 (IBAN, mod 97),
BIP 173 and 350 (Bech32, Bech32m).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
"""Bitcoin's digits; other coins shuffle them."""
BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BECH32_SUM: Final = 1
BECH32M_SUM: Final = 0x2BC830A3
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


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


def bech32_sum(prefix: str, digits: Iterable[int]) -> int:
    """What an address comes to: `BECH32_SUM` or `BECH32M_SUM` where its check digits are right."""
    made = 1
    for value in (*(ord(char) >> 5 for char in prefix), 0, *(ord(char) & 31 for char in prefix), *digits):
        top = made >> 25
        made = (made & 0x1FFFFFF) << 5 ^ value
        for bit, factor in enumerate(_GENERATOR):
            made ^= factor if top >> bit & 1 else 0
    return made


def base58_number(value: str, digits: str = BASE58) -> int:
    """The number that `value` writes in base 58."""
    number = 0
    for char in value:
        number = number * 58 + digits.index(char)
    return number
