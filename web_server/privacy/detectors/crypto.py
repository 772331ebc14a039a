"""Addresses of wallets: Bitcoin (Base58Check and Bech32, by checksum), Ethereum (20 bytes in hex)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import bitcoin

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_BITCOIN = re.compile(r"(?<![A-Za-z0-9])(?:bc1[a-z0-9]{25,60}|[13][A-HJ-NP-Za-km-z1-9]{25,34})(?![A-Za-z0-9])")
_ETHEREUM = re.compile(r"(?<![A-Za-z0-9])0x[0-9A-Fa-f]{40}(?![A-Za-z0-9])")


class CryptoDetector(Detector):
    KINDS = (kinds.CRYPTO,)

    def spans(self, reading: Reading) -> Iterator[Span]:
        if not reading.has_digit:
            return
        for found in _BITCOIN.finditer(reading.text):
            if bitcoin.is_valid(found[0]):
                yield Span(*found.span(), kinds.CRYPTO, 1.0, "bitcoin")
        if "0x" in reading.text:
            for found in _ETHEREUM.finditer(reading.text):
                yield Span(*found.span(), kinds.CRYPTO, 0.9, "ethereum")
