"""Which addresses a connection may go to. Pure.

Called by `dial`, on the address that is really connected to. Never applies behind a configured proxy, which
resolves for itself.
"""

from __future__ import annotations

import ipaddress

IP = ipaddress.IPv4Address | ipaddress.IPv6Address

METADATA = tuple(
    map(
        ipaddress.ip_network,
        # fd00:ec2::/32: AWS' metadata, EKS pod identities; fd20:ce::254: Google's metadata
        ("fd00:ec2::/32", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"),
    )
)
"""Instance metadata and wire servers of the large clouds: credentials without a password. Refused always."""

WITH_IPV4 = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "::ffff:0:0:0/96", "::/96")))
"""The IPv4 address is in the last 32 bits: NAT64 (RFC 6052), SIIT (RFC 7915), and the form that RFC 4291 gave up."""

LOCAL = tuple(map(ipaddress.ip_network, ("64:ff9b:1::/48", "fec0::/10")))
"""Within one network, whatever `ipaddress` says of it: its own NAT64 (RFC 8215), site-local (RFC 3879)."""


def may_connect(address: IP, *, allow_private: bool) -> bool:
    """Whether a provider may live there. Link-local and metadata addresses: never; private ones: where allowed."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and int(address) > 1 and any(address in each for each in WITH_IPV4):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return may_connect(inner, allow_private=allow_private)
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if any(address in each for each in METADATA):
        return False
    return allow_private or (address.is_global and not any(address in each for each in LOCAL))
