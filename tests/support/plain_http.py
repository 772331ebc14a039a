"""How tests speak HTTP to this machine: no proxy of the environment's, and no certificates.

httpx.get(url, **PLAIN)

Without TLS there is nothing to verify, and reading the system's certificates costs each new client 30 ms of a core.
"""

from __future__ import annotations

from typing import Any

PLAIN: dict[str, Any] = {"trust_env": False, "verify": False}
"""What `httpx` and its clients take."""
