"""Settings that name several files, and files of the launcher's own beside the user's.

Called by `mirror` and `azure`, which add one each, and by all who look such a list up.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from launcher.errors import StartError

DEFAULTS = {"KEY_CONFIG_FILE": "api_keys.csv", "PROVIDER_FILE": "providers.yaml"}
"""The servers' own, which start at the checkout."""


def listed(settings: Mapping[str, str], name: str) -> list[str]:
    """The files that the setting names, its default where it is unset."""
    return [each for each in settings.get(name, DEFAULTS[name]).split(os.pathsep) if each]


def with_file(settings: Mapping[str, str], name: str, file: Path) -> dict[str, str]:
    """The setting with one more file at its end. Raises StartError where the path cannot stand in a list."""
    if os.pathsep in str(file):
        raise StartError(
            f"{file.parent} has a `{os.pathsep}` in it, which joins lists of files: choose another LLMVPN_STATE_DIR."
        )
    return {name: os.pathsep.join((settings.get(name, DEFAULTS[name]), str(file)))}
