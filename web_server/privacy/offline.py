"""Nothing is looked up online, whichever recognizer or pipeline an operator chooses.

Called before one is made or loaded. Never undone: the whole process stays offline. The libraries of models look for it
in the environment alone, so it is written there, over whatever it says.
"""

from __future__ import annotations

import os
from typing import Any

_HUBS = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE")


def stay_offline() -> None:
    """Tells the libraries that recognizers and pipelines use to take what is installed."""
    os.environ.update(dict.fromkeys(_HUBS, "1"))
    _keep_tldextract_offline()


def _keep_tldextract_offline() -> None:
    """Presidio's e-mail recognizer asks tldextract, which would fetch the public suffix list at its first call."""
    import tldextract  # noqa: PLC0415  0.1 s that only a plugged-in recognizer should cost

    module: Any = tldextract
    module.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
