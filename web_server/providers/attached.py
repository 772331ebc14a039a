"""Parts of a user's turn that are no text, taken apart for the vendors that write them in words of their own.

Called by the writers of requests. Pure. That such a part may leave at all was decided before it came here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

ATTACHED: Final = frozenset({"image_url", "input_audio", "file"})
"""The types of these parts in the common language."""

RECORDINGS: Final[Mapping[str, str]] = {"mp3": "audio/mpeg", "pcm16": "audio/pcm", "m4a": "audio/mp4"}
"""Formats of recordings whose media type is not `audio/` and their name."""


class Data(NamedTuple):
    """What is attached: a media type such as `image/png`, base64, and the name of a file that has one."""

    media: str
    base64: str
    name: str = ""

    @property
    def is_image(self) -> bool:
        return self.media.startswith("image/")


def data_of(part: Mapping[str, Any]) -> Data:
    """The data of a part that the shield let pass."""
    inner = part[part["type"]]
    if part["type"] == "input_audio":
        return Data(RECORDINGS.get(inner["format"], f"audio/{inner['format']}"), inner["data"])
    head, _, data = (inner.get("url") or inner["file_data"]).partition(",")
    return Data(head.removeprefix("data:").partition(";")[0], data, inner.get("filename", ""))
