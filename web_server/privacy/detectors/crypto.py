"""Addresses of wallets: by checksum where the coin has one (Base58Check, Bech32, Bech32m), else by a format or a word.

Bitcoin, Litecoin, Dogecoin, Dash, Zcash, Tron, Ripple, Cardano, Cosmos, Ethereum and its kin, Monero, Solana.
Sources: BIP 13, 173 and 350; the coins' own address formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

from web_server.privacy import kinds
from web_server.privacy.checksums import BASE58, BECH32, BECH32_SUM, BECH32M_SUM, base58_number, bech32_sum
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_CHECKED = re.compile(r"[1-9A-HJ-NP-Za-km-z](?<![A-Za-z0-9].)[1-9A-HJ-NP-Za-km-z]{24,35}(?![A-Za-z0-9])")
_BECH32 = re.compile(
    r"(?<![A-Za-z0-9])(bc|tb|ltc|addr|stake|cosmos|osmo|celestia|inj|bnb|terra|juno)1([02-9ac-hj-np-z]{8,105})(?![A-Za-z0-9])"
)
_BECH32_MARKS = (
    "bc1", "tb1", "ltc1", "addr1", "stake1", "cosmos1", "osmo1", "celestia1", "inj1", "bnb1", "terra1", "juno1",
)  # fmt: skip
_HEX = re.compile(r"(?<![A-Za-z0-9])0x[0-9A-Fa-f]{40}(?![A-Za-z0-9])")
_MONERO = re.compile(r"(?<![A-Za-z0-9])[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}(?:[1-9A-HJ-NP-Za-km-z]{11})?(?![A-Za-z0-9])")
_SOLANA = re.compile(r"(?<![A-Za-z0-9])[1-9A-HJ-NP-Za-km-z]{32,44}(?![A-Za-z0-9])")
_SOLANA_WORDS = words("sol solana wallet phantom address spl crypto pubkey adresse dirección indirizzo adres")
_SHORTEST, _SOLANA_SIZE, _MONERO_SIZE = 25, 32, 95


class CryptoDetector(Detector):
    KINDS = (kinds.CRYPTO,)

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        longest = max(map(len, text.split()), default=0) if reading.has_digit else 0
        if longest < _SHORTEST:
            return
        for found in _CHECKED.finditer(text):
            if is_base58_checked(found[0]):
                yield Span(*found.span(), kinds.CRYPTO, 1.0, "base58")
        if any(mark in text for mark in _BECH32_MARKS):
            for found in _BECH32.finditer(text):
                if is_bech32(found[1], found[2]):
                    yield Span(*found.span(), kinds.CRYPTO, 1.0, "bech32")
        if "0x" in text:
            for found in _HEX.finditer(text):
                yield Span(*found.span(), kinds.CRYPTO, 0.9, "ethereum")
        for found in _MONERO.finditer(text) if longest >= _MONERO_SIZE else ():
            yield Span(*found.span(), kinds.CRYPTO, 0.95, "monero")
        if longest >= _SOLANA_SIZE and not reading.words.isdisjoint(_SOLANA_WORDS):
            for found in _SOLANA.finditer(text):
                told = not reading.before(found.start()).isdisjoint(_SOLANA_WORDS)
                if told and len(_decoded(found[0], BASE58)) == 32:
                    yield Span(*found.span(), kinds.CRYPTO, 0.8, "solana")


def is_base58_checked(value: str) -> bool:
    """Four bytes at the end are the start of the rest's double SHA-256."""
    raw = _decoded(value, _RIPPLE if value[0] == "r" else BASE58)
    return 21 <= len(raw) <= 26 and sha256(sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def is_bech32(prefix: str, data: str) -> bool:
    """Of Bech32 or of Bech32m."""
    return bech32_sum(prefix, map(BECH32.index, data)) in (BECH32_SUM, BECH32M_SUM)


def _decoded(value: str, alphabet: str) -> bytes:
    number = base58_number(value, alphabet)
    leading = len(value) - len(value.lstrip(alphabet[0]))
    return b"\0" * leading + number.to_bytes((number.bit_length() + 7) // 8, "big")
