"""Addresses of machines: IPv4, IPv6, MAC. Loopback and unspecified addresses belong to nobody and are kept."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Cue, Detector, follow_cue
from web_server.privacy.detectors.glue import after, words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_V4 = re.compile(r"\d(?<![\w.]\d)(?<![A-Za-z]/\d)\d{0,2}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?!\.?\d)(?![\w%])")
_V6 = re.compile(
    r"[0-9A-Fa-f:](?<![\w:.].)(?:(?<=:)|[0-9A-Fa-f]{0,3}:)[0-9A-Fa-f:.]{2,45}(?:%\w{1,16})?(?:/\d{1,3})?(?![\w:])"
)
_MAC = re.compile(r"[0-9A-Fa-f](?<![\w:\-].)[0-9A-Fa-f](?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})(?![\w:\-])")
_MAC_CISCO = re.compile(r"(?<![\w.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w.])")
_CISCO_GROUP = re.compile(r"\.[0-9A-Fa-f]{4}\.")
_MAC_WORDS = words("mac macs hwaddr ether bssid hardware ethernet wifi wlan arp interface")
_MAC_TOLD = Cue(
    kinds.MAC_ADDRESS, "mac-told", words("mac hwaddr ether bssid"),
    after(r"[0-9A-F]{2}(?:[ .]?[0-9A-F]{2}){5}(?![\w.]\w|\w)|[0-9A-F]{6}[\-:][0-9A-F]{6}(?!\w)"), 0.8,
)  # fmt: skip
_SECTION = re.compile(r"\d(?:\.\d){3}")
"""`1.2.3.4 Title`: at the start of a line, a chapter."""
_VERSION_WORDS = frozenset(
    ("version", "versions", "v", "release", "section", "chapter", "build", "ver", "rev", "firmware", "abschnitt", "§")
)
_VERSIONED = words(
    "version versions release releases build kernel driver drivers firmware upgrade upgraded upgrading downgrade patch "
    "changelog semver bios bump bumps bumped versión versiones versione versie versies treiber pilote"
)
_MACHINES = words(
    "ip ips ipv address addresses host hosts server servers client clients dns gateway router subnet network from ping "
    "ssh adresse adressen serveur servidor rechner dirección indirizzo adres login"
)
_SAYING = _VERSIONED | _MACHINES
_PINNED = re.compile(r"(?:[=~><!]=|@[\^~]|\bv)$")
"""`numpy==1.2.3.4`"""


def _is_someones(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address.partition("/")[0].partition("%")[0])
    except ValueError:
        return False
    return not (parsed.is_loopback or parsed.is_unspecified or str(parsed).startswith("255."))


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
        if not reading.words.isdisjoint(_MAC_WORDS):
            for found in _MAC_CISCO.finditer(text) if _CISCO_GROUP.search(text) is not None else ():
                yield Span(*found.span(), kinds.MAC_ADDRESS, 0.8, "mac-dotted")
            yield from follow_cue(_MAC_TOLD, reading)

    @staticmethod
    def _is_version(reading: Reading, start: int) -> bool:
        if _SECTION.fullmatch(reading.text, start, start + 7) and reading.text[max(0, start - 1) : start] in ("", "\n"):
            behind = reading.text[start + 7 : start + 9]
            if behind[:1] == " " and behind[1:].isupper():
                return True
        if _PINNED.search(reading.text, max(0, start - 3), start) is not None:
            return True
        if reading.nearest(start, _SAYING) in _VERSIONED:
            return True
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
