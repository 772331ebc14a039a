"""Addresses of cryptocurrencies that pass their checksum, and for which nobody holds a key.

Called by the surrogates. Base58Check (Bitcoin and its kin), Bech32 and Bech32m (BIP 173, 350) and plain hexadecimal;
whatever is written otherwise gets a like one behind its first letters.
"""

from __future__ import annotations

import re
from hashlib import sha256

from web_server.privacy.checksums import BASE58, BECH32, BECH32_SUM, BECH32M_SUM, base58_number, bech32_sum
from web_server.privacy.draw import Draw


def coin_address(value: str, draw: Draw) -> str:
    """A surrogate for the address of a wallet."""
    if re.fullmatch(r"0[xX][0-9a-fA-F]+", value):
        return value[:2] + "".join(draw.pick("0123456789abcdef") for _ in value[2:])
    lower = value.lower()
    if re.fullmatch(rf"[a-z]{{2,10}}1[{BECH32}]{{14,105}}", lower) and value in {lower, value.upper()}:
        made = _bech32(lower, draw)
        return made if value == lower else made.upper()
    if re.fullmatch(rf"[{BASE58}]{{25,36}}", value):
        return _base58(value, draw)
    return value[:2] + draw.like(value[2:])


def _bech32(value: str, draw: Draw) -> str:
    head, _, data = value.rpartition("1")
    body = [BECH32.index(data[0]), *(draw.below(32) for _ in data[1:-6])]
    body[-1] &= 0b10000 if len(data) == 59 else 0b11111  # of 32 bytes, the bits that fill up are zeros
    told = bech32_sum(head, map(BECH32.index, data))
    right = BECH32M_SUM if told == BECH32M_SUM else BECH32_SUM
    total = bech32_sum(head, [*body, 0, 0, 0, 0, 0, 0]) ^ right
    return head + "1" + "".join(BECH32[digit] for digit in [*body, *(total >> 5 * (5 - i) & 31 for i in range(6))])


def _base58(value: str, draw: Draw) -> str:
    version = (base58_number(value) >> 24 * 8).to_bytes(32, "big")[-1:]
    payload = version + bytes(draw.below(256) for _ in range(20))
    checked = payload + sha256(sha256(payload).digest()).digest()[:4]
    number, made = int.from_bytes(checked, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        made = BASE58[digit] + made
    return "1" * (len(checked) - len(checked.lstrip(b"\0"))) + made
