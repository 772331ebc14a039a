"""The one error of this package."""

from __future__ import annotations


class StartError(Exception):
    """The start cannot go on; the message is for a person and says what to do. Never holds a secret."""
