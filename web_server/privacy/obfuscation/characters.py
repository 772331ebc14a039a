"""The characters of a text made uniform: spaces, quotation marks, dashes, invisible marks, fonts, look-alikes, emoji.

Called by the uniform format, on prose alone. Pure. What is changed is what NFKC would change without a change of
meaning: superscripts, fractions, signs of units stay, and so do other scripts with all their joiners.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from web_server.privacy.look_alikes import LIKE_LATIN

_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\v\f"
_SAME_MEANING = (
    range(0xFF01, 0xFF5F),  # full width
    range(0xFB00, 0xFB05),  # ligatures
    range(0x1D400, 0x1D7FF + 1),  # letters of mathematics, used as fonts
    range(0x24B6, 0x24EA),  # letters in circles
)
_TABLE: Final[dict[int, str | None]] = {
    **{code: unicodedata.normalize("NFKC", chr(code)) for codes in _SAME_MEANING for code in codes},
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad\u180e\ufe0e\ufe0f\u20e3\u034f"), None),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u301d\u301e"), '"'),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u02bc\u2032\u00b4\u2039\u203a"), "'"),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2212\ufe63"), "-"),
    **dict.fromkeys(map(ord, "\u2015\u2e3a"), "\u2014"),
    **dict.fromkeys(map(ord, "\u2028\u2029\u0085"), "\n"),
    0x2026: "...",
    0x203C: "!!",
    0x2047: "??",
    0x2048: "?!",
    0x2049: "!?",
}
_JOINERS = re.compile("(?<=[\0-\u052f])[\u200c\u200d]+|[\u200c\u200d]+(?=[\0-\u052f])")
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[a-zA-Z]")
_OTHER_ALPHABETS = re.compile("[\u0370-\u03ff\u0400-\u04ff]")
_RANGE = re.compile(r"(?<=\d) ?\u2013 ?(?=\d)")
_DASH = re.compile(r"(?<=\S) *(?:[\u2013\u2014]+|(?<= )-{2,3}(?= )|(?<=[^\W\d_])--(?=[^\W\d_])) *(?=\S)")
_DASH_LEFT = re.compile("[\u2013\u2014]")

_ONE_BY_ONE = "".join(re.escape(chr(code)) for code in _TABLE if code < 0xFB00)
_CHANGING = re.compile(
    f"[{_ONE_BY_ONE}\ufb00-\ufb04\uff01-\uff5e\U0001d400-\U0001d7ff\u200c-\u200f\u202a-\u202e\u2066-\u2069"
    "\u0370-\u03ff\u0400-\u04ff]"
)
"""Whatever is changed here: most texts in other languages than English hold none of it."""

PICTURES: Final = "\U0001f000-\U0001faff\u2600-\u2712\u2715-\u27bf\u2b00-\u2bff\u231a-\u23ff"
"""Emoji and dingbats, but for the check marks and arrows that carry lists of facts."""
_PICTURE = re.compile(f"[{PICTURES}]")
_EMOJI = rf"(?<![{PICTURES}\u200d])(?<![{PICTURES}] )[{PICTURES}](?:[\u200d{PICTURES}]| (?=[{PICTURES}]))*+"
_EMOJI_AT_END = re.compile(rf" ?{_EMOJI}(?=[ ]*(?:[.,;:!?]|$))", re.MULTILINE)
_EMOJI_AT_START = re.compile(rf"(^[ ]*(?:[-*] )?|[.,;:!?] ){_EMOJI} ?", re.MULTILINE)
_FACE = (
    r"(?:[:;=]['-]?[)(DPpOo3*|\]\[]{1,9}|[:;]-?[/\\]|<3{1,5}|</3|\^_{0,3}\^|-[_.]{1,3}-|[xX]D{1,9}|T_T|[oO][._][oO]"
    r"|\([:;]|:'\)|\\o/|¯\\_\(ツ\)_/¯)"
)
_FACES = re.compile(rf"(?:(?:^|(?<= )){_FACE}|(?<=[^\W\d_.,!?]):-?[)(]{{1,9}})(?=[ .,!?]|$)", re.MULTILINE)
_FACE_SIGNS = re.compile(r"[:;=<^\\(¯][)(DPpOo3*|\]\[/\\'_\-^:;}o]|-[_.]|[xX]D|T_T|[oO][._][oO]")
_SPACES_RUN = re.compile(r" (?<=\S ) +| (?<!  ) *$", re.MULTILINE)


def uniform_characters(text: str) -> str:
    """The text in plain characters. An ASCII text comes back as it is but for its tabs and dashes."""
    if not text.isascii():
        text = _plain(text)
    elif "\t" in text:
        text = text.replace("\t", " ")
    if "  " in text or " \n" in text or text.endswith(" "):
        text = _SPACES_RUN.sub(_one_space, text)
    if "--" in text or "\u2013" in text or "\u2014" in text:
        text = _DASH.sub(" - ", _RANGE.sub("-", text))
        text = _DASH_LEFT.sub("-", text)
    return text


def without_pictures(text: str) -> str:
    """The text without emoji and emoticons, but where one stands between two words and may be a word itself."""
    if not text.isascii() and _PICTURE.search(text):
        text = _EMOJI_AT_START.sub(r"\1", _EMOJI_AT_END.sub("", text))
    if _FACE_SIGNS.search(text):
        text = _FACES.sub("", text)
    return text


def _plain(text: str) -> str:
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if _CHANGING.search(text) is None:
        return text
    text = text.translate(_TABLE)
    if "\u200c" in text or "\u200d" in text:
        text = _JOINERS.sub("", text)
    if _DIRECTIONS.search(text) and not _RIGHT_TO_LEFT.search(text):
        text = _DIRECTIONS.sub("", text)
    if _OTHER_ALPHABETS.search(text):
        text = _WORD.sub(_of_one_alphabet, text)
    return text


def _of_one_alphabet(word: re.Match[str]) -> str:
    is_mixed = _OTHER_ALPHABETS.search(word[0]) and _LATIN.search(word[0])
    return word[0].translate(LIKE_LATIN) if is_mixed else word[0]


def _one_space(run: re.Match[str]) -> str:
    return " " if run.end() < len(run.string) and run.string[run.end()] != "\n" else ""
