"""Names in scripts without capital letters, and names behind the words of introduction of other alphabets.

Called by the person detector. Nothing marks such a name but what stands before it; an ASCII text costs one test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.letters import CAPITALISED
from web_server.privacy.detectors.reading import around
from web_server.privacy.spans import Span

_HAN = r"[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,6})?"
_JAPANESE = r"[\u3041-\u30ff\u4e00-\u9fff々ー]{2,8}(?:[ \u3000][\u3041-\u30ff\u4e00-\u9fff々ー]{1,8})?"
_KOREAN = r"[\uac00-\ud7a3]{2,5}(?: [\uac00-\ud7a3]{1,3})?"
_WORDS = r"{0}{{2,20}}(?:[ \u200c]{0}{{2,20}}){{0,2}}"
_ARABIC = _WORDS.format(r"[\u0621-\u065f\u066e-\u06d3]")
_HEBREW = _WORDS.format(r"[\u05d0-\u05ea'\"׳]")
_INDIC = _WORDS.format(r"[\u0900-\u0e7f]")
_OTHERS = _WORDS.format(r"[\u0531-\u058f\u10a0-\u10ff\u1200-\u137f]")
_ANY = rf"(?:{_HAN}(?![\u3041-\u30ff])|{_JAPANESE}|{_KOREAN}|{_ARABIC}|{_HEBREW}|{_INDIC}|{_OTHERS})"
_CASED = rf"{CAPITALISED}(?: {CAPITALISED}){{0,2}}"

_BEYOND_LATIN = re.compile(r"[\u0370-\u1fff\u3041-\ud7a3]{1,100}")
_BEHIND_LATIN = re.compile(
    r"(?<!\w)(?i:name(?:['’]s| is|:)?|naam is|name ist|nom est|nombre es|nome è|i am|i['’]m|im|called|named|heiße|"
    r"heisse|llamo|appelle|chiamo|dear|hi|hello|mr\.?|mrs\.?|ms\.?|dr\.?|prof\.?|herrn?|frau|colleague|friend|boss|wife|"
    r"husband|patient|client|customer|ask|tell|met|by|from|with)[,:]? {1,2}"
    rf"({_ANY})(?!\w)"
)
_REACH = 300
"""No name of these, with what announces it, is so long."""
_OWN = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:我叫|我的名字[是叫]|姓名[是为為:：]\s?|名叫)([\u4e00-\u9fff]{2,4}?)(?=[是在和的今来住想很有也我]|[^\u4e00-\u9fff]|$)",
        r"(?:名前は|氏名[:：は]\s?)([\u3041-\u30ff\u4e00-\u9fff々 \u3000]{2,12}?)(?=です|と|。|、|\s|$)",
        r"(?:이름은|성함은|이름[:：])\s?([\uac00-\ud7a3]{2,5}?)(?=입니다|이고|이에요|예요|이야|야|[.,\s]|$)",
        rf"(?:اسمي|إسمي|اسمى|نام من|نامم|میرا نام)\s({_ARABIC}?)(?= و| من|[^\w ]|$)",
        rf"(?:קוראים לי|השם שלי(?: הוא)?|שמי)\s({_HEBREW}?)(?= ו| מ|[^\w ]|$)",
        rf"(?:मेरा नाम|माझे नाव)\s({_INDIC}?)(?= है| आहे|[^\w\u0900-\u097f ]|$)",
        r"(?i:меня зовут|мене звати|моё имя|мое имя|казвам се|зовем се|με λένε|το όνομά μου είναι|ονομάζομαι)"
        rf"\s({_CASED})",
    )
)


def names_in_other_scripts(text: str) -> Iterator[Span]:
    if text.isascii() or not _BEYOND_LATIN.search(text):
        return
    others = (found.start() for found in _BEYOND_LATIN.finditer(text))
    for begin, end in around(others, _REACH, len(text)):
        for pattern in (_BEHIND_LATIN, *_OWN):
            for found in pattern.finditer(text, begin, end):
                yield Span(*found.span(1), kinds.PERSON, 0.7, "person-other-script")
