"""Patterns of words in the alphabets this project measures: Latin, Greek and Cyrillic capitals, names, particles.

Used by the detectors of names and places. `re` has no class for capital letters, so it is spelled out here once.
"""

from __future__ import annotations

UPPER = "".join(chr(code) for code in range(0x41, 0x530) if chr(code).isupper())
"""Every capital letter below Armenian."""

WORD = r"[^\W\d_]"
CAPITALISED = rf"[{UPPER}]{WORD}{{0,30}}(?:['’\-‑]{WORD}{{1,30}}){{0,3}}"
"""`Anna`, `O'Brien`, `Jean-Luc`, `MÜLLER`."""

PARTICLE = (
    r"(?:van der|van den|van de|van|von der|von|vom|zu|de la|de los|de las|de|del|della|di|da|dos|das|do|du|le|la|"
    r"el|al|bin|ibn|ben|ter|ten|af|av|y|e|i)"
)
INITIAL = rf"[{UPPER}]\."
END = r"(?![\w@])"

PROPER = rf"{CAPITALISED}(?:(?: |-| & ){CAPITALISED}){{0,3}}"
"""One to four capitalised words: a town, a firm."""
