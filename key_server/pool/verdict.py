"""What a provider's status means for the endpoint that gave it.

Called by `allocator`. Pure. The table of the contract: 401/403, 429, 408/425/5xx and redirects go to the next endpoint;
every other 4xx is the caller's own mistake and passes through.
"""

from __future__ import annotations

import email.utils
import time
from collections.abc import Mapping

from key_server.errors import ProviderFailed, ProviderLimited, ProviderRefused, ProviderSilent, Refusal
from key_server.pool.cooldown import Failure

READABLE = frozenset({"application/json", "text/event-stream", "application/vnd.amazon.eventstream"})
LONGEST_WISH_MS = 3_600_000
_FAILURES = {
    401: Failure.REFUSED,
    403: Failure.FORBIDDEN,
    429: Failure.LIMITED,
    408: Failure.FAILED,
    425: Failure.FAILED,
}
_REFUSALS: Mapping[Failure, type[Refusal]] = {
    # In the order in which mixed failures are told: what the caller can wait for comes first.
    Failure.LIMITED: ProviderLimited,
    Failure.SILENT: ProviderSilent,
    Failure.FAILED: ProviderFailed,
    Failure.REFUSED: ProviderRefused,
    Failure.FORBIDDEN: ProviderRefused,
}


def of_status(status: int) -> Failure | None:
    """None: an answer, or an error that is the caller's to read."""
    if 200 <= status < 300 or 400 <= status < 500:
        return _FAILURES.get(status)
    return Failure.FAILED


def is_readable(status: int, headers: Mapping[str, str]) -> bool:
    """Whether this is what a provider sends. A 2xx is JSON or a stream of events (Bedrock's are binary): a login page

    is neither.
    """
    if status >= 400:
        return True
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in READABLE or kind.endswith("+json")


def wish_ms(headers: Mapping[str, str]) -> int:
    """Retry-After in milliseconds, RFC 9110 section 10.2.3: seconds or a date; `retry-after-ms` wins. 0 = none."""
    text = headers.get("retry-after-ms", "")
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), LONGEST_WISH_MS)
    text = headers.get("retry-after", "")
    if text.isascii() and text.isdigit():
        seconds = float(text[:9])
    else:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except (ValueError, OverflowError):
            return 0
    return int(min(max(seconds, 0.0) * 1000, LONGEST_WISH_MS))


def told(failures: Mapping[Failure, int]) -> Refusal:
    """The one refusal for all attempts. `failures`: kind -> shortest wait known (ms)."""
    for kind, refusal in _REFUSALS.items():
        if kind in failures:
            return refusal(retry_after_ms=failures[kind] if kind is Failure.LIMITED else 0)
    raise AssertionError("told() is asked after a failure")
