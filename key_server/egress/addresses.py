"""Which addresses a connection may go to. Pure.

Called by `dial`, on the address that is really connected to. Never applies behind a configured proxy, which
resolves for itself.
"""

from __future__ import annotations

import ipaddress

IP = ipaddress.IPv4Address | ipaddress.IPv6Address

METADATA = frozenset(
    map(
        ipaddress.ip_address,
        ("169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"),
    )
)
"""Instance metadata and wire servers of the large clouds: credentials without a password. Refused always."""

NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the IPv4 address is in the last 32 bits


def may_connect(address: IP, *, allow_private: bool) -> bool:
    """Whether a provider may live there. Link-local and metadata addresses: never; private ones: where allowed."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return may_connect(inner, allow_private=allow_private)
    if address in METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return allow_private or address.is_global
