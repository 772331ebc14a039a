"""What people write between the word that names a number and the number itself, in six languages.

Used by every table of cues. Every repeat is bounded: nothing here can be slowed down by its input.
"""

from __future__ import annotations

import re

_NOUN = (
    r"numbers?|numéros?|numero|número|nummern?|nummer|num|nbr|no|nr|nº|n°|n\.º|n\.°|n|id|code|card|account|"
    r"identification|conduire|conducir|guida|clínica|clinica|médical|corrente|corriente|courant|de|di|del|of|for|the|my|your|und|and|holder|"
    r"\(?[A-Z]{2,6}\)"
)
_LINK = r"is|was|are|ist|lautet|est|es|è|será|as|under"

GLUE = (
    rf"(?:[\s_\-]{{0,3}}(?:{_NOUN})(?!\w)\.?){{0,3}}[\"'`*]{{0,3}}\s{{0,3}}(?:[:=#\-–]{{1,2}}|(?:{_LINK})\b|\(|"
    rf"[ ])\s{{0,3}}[:#]?\s{{0,2}}[\"'`*(\[]{{0,3}}"
)
"""`passport` GLUE `X1234567`: "passport no. X...", "passport number is X...", `"passport": "X..."`."""


def after(value: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """A pattern for a cue: the glue, in any case, then the value (group 1), in its own case unless `flags` say so."""
    inner = f"(?i:{value})" if flags & re.IGNORECASE else value
    return re.compile(rf"(?i:{GLUE})({inner})")


def words(text: str) -> frozenset[str]:
    """A set of words, written as a line of them."""
    return frozenset(text.split())
