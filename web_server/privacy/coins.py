"""Addresses of cryptocurrencies that pass their checksum, and for which nobody holds a key.

Called by the surrogates. Base58Check (Bitcoin and its kin), Bech32 and Bech32m (BIP 173, 350) and plain hexadecimal;
whatever is written otherwise gets a like one behind its first letters.
"""

from __future__ import annotations

import re
from hashlib import sha256

from web_server.privacy.draw import Draw

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32M = 0x2BC830A3


def coin_address(value: str, draw: Draw) -> str:
    """A surrogate for the address of a wallet."""
    if re.fullmatch(r"0[xX][0-9a-fA-F]+", value):
        return value[:2] + "".join(draw.pick("0123456789abcdef") for _ in value[2:])
    lower = value.lower()
    if re.fullmatch(rf"[a-z]{{2,5}}1[{_BECH32}]{{14,80}}", lower) and value in {lower, value.upper()}:
        made = _bech32(lower, draw)
        return made if value == lower else made.upper()
    if re.fullmatch(rf"[{_BASE58}]{{25,36}}", value):
        return _base58(value, draw)
    return value[:2] + draw.like(value[2:])


def _bech32(value: str, draw: Draw) -> str:
    head, _, data = value.rpartition("1")
    version = data[0]
    body = [_BECH32.index(version), *(draw.below(32) for _ in data[1:-6])]
    body[-1] &= 0b10000 if len(data) == 59 else 0b11111  # of 32 bytes, the bits that fill up are zeros
    prefix = [ord(char) >> 5 for char in head] + [0] + [ord(char) & 31 for char in head]
    constant = 1 if version == "q" else _BECH32M
    total = _polymod([*prefix, *body, 0, 0, 0, 0, 0, 0]) ^ constant
    return head + "1" + "".join(_BECH32[digit] for digit in [*body, *(total >> 5 * (5 - i) & 31 for i in range(6))])


def _polymod(values: list[int]) -> int:
    checked = 1
    for value in values:
        top = checked >> 25
        checked = (checked & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            checked ^= generator if top >> bit & 1 else 0
    return checked


def _base58(value: str, draw: Draw) -> str:
    number = 0
    for char in value:
        number = number * 58 + _BASE58.index(char)
    version = (number >> 24 * 8).to_bytes(32, "big")[-1:]
    payload = version + bytes(draw.below(256) for _ in range(20))
    checked = payload + sha256(sha256(payload).digest()).digest()[:4]
    number, made = int.from_bytes(checked, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        made = _BASE58[digit] + made
    return "1" * (len(checked) - len(checked.lstrip(b"\0"))) + made
