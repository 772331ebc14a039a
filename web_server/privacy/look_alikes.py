"""Characters that say what others say: invisible ones, other scripts' digits, other writings of Latin letters.

Read by `fold`. Tables only; the classes are bodies of regular expressions' character classes.
"""

from __future__ import annotations

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
)
"""Zero-width marks, marks of direction, soft hyphens, lone surrogates, variation selectors, fillers, tags."""

OVER = "\u0300-\u034e\u0350-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
"""Drawn over any letter or digit, a keycap's frame too: dropped where no letter of its own comes of it."""
COMBINING = (
    OVER + "\u0591-\u05bd\u064b-\u065f\u093c\u09be\u09d7\u0b3e\u0b56\u0b57\u0bbe\u0bd7\u0cc2\u0cd5\u0cd6\u0d3e\u0d57"
    "\u0dca\u0dcf\u0ddf\u102e\u1161-\u1175\u11a8-\u11c2\u1b35\u3099\u309a"
)
"""What may become one character with the one before it (Unicode's NFC)."""

_ZEROS = (
    "\u0660\u06f0\u07c0\u0966\u09e6\u0a66\u0ae6\u0b66\u0be6\u0c66\u0ce6\u0d66\u0de6\u0e50\u0ed0\u0f20\u1040\u1090\u17e0"
    "\u1810\u1946\u19d0\u1a80\u1a90\u1b50\u1bb0\u1c40\u1c50\ua620\ua8d0\ua900\ua9d0\ua9f0\uaa50\uabf0"
    "\U000104a0\U00010d30\U00011066\U000110f0\U00011136\U000111d0\U000112f0\U00011450\U000114d0\U00011650\U000116c0"
    "\U00011730\U000118e0\U00011950\U00011c50\U00011d50\U00011da0\U00016a60\U00016ac0\U00016b50\U0001e140\U0001e2f0"
    "\U0001e950\U0001fbf0"
)
DIGITS = "".join(f"{zero}-{chr(ord(zero) + 9)}" for zero in _ZEROS)
"""Of every script that counts in tens: its zero, and the nine that follow it."""

COMPATIBLE = (
    "\u2100-\u214f\u2160-\u217f\u2460-\u2473\u24b6-\u24ff\u2776-\u2793\ufb00-\ufb06\ufe50-\ufe6b\uff01-\uff5e"
    "\U0001d400-\U0001d7ff\U0001f130-\U0001f189"
)
"""Letterlike, Roman, circled, ligatures, small, full width, mathematical, boxed."""
BLACK = (
    (0x24EB, 0x24F4, "11"), (0x24F5, 0x24FE, "1"), (0x24FF, 0x24FF, "0"), (0x2776, 0x277F, "1"), (0x2780, 0x2789, "1"),
    (0x278A, 0x2793, "1"), (0x1F150, 0x1F169, "A"), (0x1F170, 0x1F189, "A"),
)  # fmt: skip
"""Rows of white on black or in double circles, which Unicode gives no other writing: first, last, what the first is."""

PLAIN = {
    **dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007", " "),
    **dict.fromkeys("\u2008\u2009\u200a\u202f\u205f\u3000", " "),
    **dict.fromkeys("\u0085\u2028\u2029", "\n"),
    **dict.fromkeys("\u2010\u2011", "-"),
    "\u2024": ".", "\uff61": ".", "\u2044": "/", "\u2215": "/", "\u2236": ":",
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True)),
}  # fmt: skip
"""Spaces, ends of lines, hyphens, marks of links, small capitals."""

LIKE_LATIN = str.maketrans(
    "абвгеёзіїјкмнопрсттухьһѕѵӏԁԛԝԍАВЕЁЗІЇЈКМНОРСТУХЅѴӀԚԜ"  # Cyrillic
    "αεηικνοπρτυχγωϲϳΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"  # Greek
    "օսոհցզա"  # Armenian
    "ɑɡ",  # phonetic
    "a6breë3iïjkmhonpcttyxbhsvldqwGABEË3IÏJKMHOPCTYXSVIQWaenikvonptuxywcjABEZHIKMNOPTYXounhgqwag",
)
"""Letters that are taken for Latin ones, in words that hold Latin ones."""
