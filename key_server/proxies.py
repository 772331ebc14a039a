"""Which proxy the way to a host goes through. Pure.

Called by `egress.egress` for providers and by `credentials.signers` for token endpoints.
Never sends this machine's own addresses to a proxy.
"""

from __future__ import annotations

import ipaddress
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # missing from typeshed

from key_server.config import Settings


def proxy_for(settings: Settings, host: str, *, tls: bool) -> str:
    """HTTPS_PROXY or HTTP_PROXY unless NO_PROXY names the host; empty for none. A name in NO_PROXY covers its own."""
    proxy = settings.https_proxy if tls else settings.http_proxy
    if not proxy or _is_loopback(host) or proxy_bypass_environment(host, {"no": settings.no_proxy}):
        return ""
    return proxy


def _is_loopback(host: str) -> bool:
    """Whether a host, by name or number, is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")  # RFC 6761 section 6.3
