"""What the privacy room is asked to do, where it holds nobody up, and its refusals in the words of callers.

Called by `exchange`. Never: the text of a refusal that names a value.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from web_server.errors import ApiError
from web_server.off_loop import Busy, OffLoop
from web_server.privacy.errors import Blocked, PrivacyError, Unreadable
from web_server.privacy.wanted import Wanted
from web_server.providers.dialect import Unsayable
from web_server.query import Json, Spot
from web_server.spots import told

log = logging.getLogger("web_server.exchange")

T = TypeVar("T")

BUSY_SECONDS = 10


async def private(off_loop: OffLoop, work: Callable[[], T], size: int, spots: Sequence[Spot] = ()) -> T:
    """The result of what the privacy room does with `size` bytes. Raises ApiError, with the caller's own places."""
    wanted = Wanted()
    try:
        return await off_loop.run(partial(wanted.do, work), size)
    except asyncio.CancelledError:
        wanted.no_longer()
        raise
    except Busy:
        raise ApiError("PRIVACY_BUSY", retry_after=BUSY_SECONDS) from None
    except Blocked as blocked:
        kinds = sorted(blocked.kinds)
        raise ApiError("BLOCKED_BY_POLICY", str(blocked), details={"kinds": [*kinds]}) from None
    except Unreadable as unreadable:
        details: dict[str, Json] = {"where": told(unreadable.where, spots)}
        raise ApiError("UNSUPPORTED_CONTENT", told(str(unreadable), spots), details=details) from None
    except Unsayable as unsayable:
        raise ApiError("BAD_REQUEST", told(str(unsayable), spots)) from None
    except PrivacyError:
        log.exception("not protected, so not sent")  # by type and place: see `logs`
        raise ApiError("PRIVACY_FAILURE") from None
