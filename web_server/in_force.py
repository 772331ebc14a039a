"""What is done for a caller's privacy: what they ask for, raised to the minimum that holds for them.

Called by `exchange`. What the answer's own shape is to be is told to the rim. Never below the minimum, and never a word
of why: the answer says what was done.
"""

from __future__ import annotations

from dataclasses import replace

from web_server.errors import ApiError
from web_server.privacy.minimum import BelowMinimum
from web_server.query import USUAL_DECOYS, PrivacyFlags
from web_server.rules import Rules
from web_server.traffic import wish


def in_force(rules: Rules, asked: PrivacyFlags, usual_decoys: int) -> PrivacyFlags:
    """The flags that hold. Raises ApiError PRIVACY_MINIMUM."""
    if asked.decoys == USUAL_DECOYS:
        asked = replace(asked, decoys=usual_decoys)
    try:
        flags = rules.flags(asked)
    except BelowMinimum:
        raise ApiError("PRIVACY_MINIMUM") from None
    if flags.pad:
        wish.pad()
    return flags
