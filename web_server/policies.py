"""The privacy policy by its name: a built-in one, or a file.

Called by the app and by `scrub`. Reads one file and knows nothing of what is in it.
"""

from __future__ import annotations

from pathlib import Path

from web_server.privacy.policy import Policy
from web_server.privacy.policy_file import BUILT_IN, PolicyError, load


def read(name: str) -> Policy:
    """`default`, `strict`, or the policy in the file of that name. Raises PolicyError, which names file and line."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    try:
        return load(Path(name).read_text(encoding="utf-8"), name)
    except OSError as wrong:
        raise PolicyError(f"{name}: {wrong.strerror}") from None
    except UnicodeDecodeError:
        raise PolicyError(f"{name}: not UTF-8") from None
