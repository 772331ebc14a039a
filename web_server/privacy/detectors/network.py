"""Addresses of machines: IPv4, IPv6, MAC. Loopback and unspecified addresses belong to nobody and are kept."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_V4 = re.compile(r"\d(?<![\w.]\d)\d{0,2}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?!\.?\d)(?![\w%])")
_V6 = re.compile(
    r"[0-9A-Fa-f:](?<![\w:.].)(?:(?<=:)|[0-9A-Fa-f]{0,3}:)[0-9A-Fa-f:.]{2,45}(?:%\w{1,16})?(?:/\d{1,3})?(?![\w:])"
)
_MAC = re.compile(r"[0-9A-Fa-f](?<![\w:\-].)[0-9A-Fa-f](?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})(?![\w:\-])")
_MAC_CISCO = re.compile(r"(?<![\w.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w.])")
_VERSION_WORDS = frozenset(("version", "versions", "v", "release", "section", "chapter", "build", "ver"))


def _is_someones(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address.partition("/")[0].partition("%")[0])
    except ValueError:
        return False
    return not (parsed.is_loopback or parsed.is_unspecified or str(parsed) == "255.255.255.255")


class NetworkDetector(Detector):
    """Candidates by shape, confirmed by the standard library's parser."""

    KINDS = (kinds.IP_ADDRESS, kinds.MAC_ADDRESS)

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        if reading.has_digit and text.count(".") >= 3:
            for found in _V4.finditer(text):
                if _is_someones(found[0]) and not self._is_version(reading, found.start()):
                    yield Span(*found.span(), kinds.IP_ADDRESS, 0.9, "ipv4")
        if text.count(":") >= 2:
            yield from self._v6(text)
            for found in _MAC.finditer(text):
                yield Span(*found.span(), kinds.MAC_ADDRESS, 0.95, "mac")
        elif text.count("-") >= 5:
            for found in _MAC.finditer(text):
                yield Span(*found.span(), kinds.MAC_ADDRESS, 0.95, "mac")
        if "mac" in reading.places:
            for found in _MAC_CISCO.finditer(text):
                yield Span(*found.span(), kinds.MAC_ADDRESS, 0.8, "mac-dotted")

    @staticmethod
    def _is_version(reading: Reading, start: int) -> bool:
        last = reading.text[max(0, start - 12) : start].lower().replace(".", " ").split()
        return bool(last) and last[-1] in _VERSION_WORDS

    @staticmethod
    def _v6(text: str) -> Iterator[Span]:
        for found in _V6.finditer(text):
            value = found[0].rstrip(".:") if not found[0].endswith("::") else found[0].rstrip(".")
            # `a::b` and `::` are also C++ and typing habits: an address of somebody has at least three groups.
            groups = [group for group in re.split(r"[:./%]", value) if group]
            if len(groups) >= 3 and _is_someones(value):
                yield Span(found.start(), found.start() + len(value), kinds.IP_ADDRESS, 0.9, "ipv6")
