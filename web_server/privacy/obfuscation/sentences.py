"""Sentences made uniform: how they begin and end, how loud they are, how lists are marked, what is said around them.

Called by the uniform format, on prose alone. Pure.
"""

from __future__ import annotations

import re

from web_server.privacy.obfuscation.verbatim import BLOCK, INLINE
from web_server.privacy.obfuscation.vocabulary import ABBREVIATED, ACRONYMS, ASKING, SHOUTED

_BULLET = re.compile(r"^( {0,3})(?:[*•‣▪◦●○■□–—+·]|-{1,2}|[>»]) +(?=\S)", re.MULTILINE)
_NUMBER = re.compile(r"^( {0,3})\(?(\d{1,2})(?:\)|\.\)|\.-|\.) +(?=\S)", re.MULTILINE)
_NUMBER_SIGN = re.compile(r"^ {0,3}\(?\d", re.MULTILINE)
_BLANK = re.compile(r"\n(?: {0,40}\n){2,}")

_BEGINNING = r"[\"'(]?(?P<word>[^\W\d_A-Z][^\W\d_A-Z']*)(?![\w@/\\.-]*[\w@/\\])"
_START = re.compile(rf"\A\s*{_BEGINNING}")
_LINE_START = re.compile(rf"\n(?: *\n *|(?<=[:.!?\"'){BLOCK}]\n) *| {{0,3}}(?:- |\d{{1,2}}\. |#{{1,6}} )){_BEGINNING}")
_FIRST_ITEM = re.compile(rf"\A {{0,3}}(?:- |\d{{1,2}}\. |#{{1,6}} ){_BEGINNING}")
_INSIDE = re.compile(rf"(?P<stop>[.!?])(?<=[^\W\d_\"')?!][.!?])[\"')]? +{_BEGINNING}")
_LAST_WORD = re.compile(r"[^\s(]*\Z")
_ENGLISH_I = re.compile(r"(?<![\w.'-])i(?=['\s,.!?)]|$)(?!\.[a-z])(?!')", re.MULTILINE)
_SHOUT = re.compile(r"(?<![A-ZÀ-ÖØ-Þ])[A-ZÀ-ÖØ-Þ]{4,}+[^\w\n]{1,3}(?:[A-ZÀ-ÖØ-Þ]{1,3}[^\w\n]{1,3}){0,3}[A-ZÀ-ÖØ-Þ]{3,}")
_LOUD = re.compile("[A-ZÀ-ÖØ-Þ]{3}")
_SENTENCE = re.compile(r"[^.!?\n]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_CAPITALS = re.compile(r"(?<![\w.-])[A-ZÀ-ÖØ-Þ]{3,12}(?![\w-])")
_LONGEST_QUESTION = 600
_SENTENCE_ENDS = (". ", "! ", "? ", ": ", "; ")
_FIRST_WORD = re.compile(r"[^\w]{0,9}([^\W\d_]+(?:['-][^\W\d_]+)?)")
_ENDS_OPEN = re.compile(rf"[\w)\"'%{INLINE}]")
_NO_PROSE = re.compile(rf" {{0,3}}(?:- |\d{{1,2}}\. |#)|[{BLOCK}]")

_GREETINGS = (
    "hi|hey|hello|hiya|heya|howdy|greetings|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen|abend)|"
    "servus|moin|grüß gott|bonjour|bonsoir|salut|coucou|hola|buen(?:os|as) (?:días|tardes|noches)|ciao|buongiorno|"
    "buonasera|salve|goede(?:morgen|middag|navond)|hoi|dag"
)
_GREETED = (
    "there|all|everyone|everybody|again|chatgpt|chat gpt|gpt|claude|assistant|ai|bot|zusammen|alle|à tous|"
    "tout le monde|a todos|a tutti|allemaal|dear|friend|guys|team|mate|buddy|sir"
)
_ASKERS = (
    "can|could|would|please|i|i'm|im|my|what|how|we|do you|is there|kannst|könnten|könntest|ich|peux|pouvez|je|puedes|"
    "podrías|puoi|potresti|kun|kan|ik"
)
_THANKS_OR_REGARDS = (
    "many thanks|thanks|thank you|thank u|thx|ty|tysm|cheers|much appreciated|(?:best|kind|warm) (?:regards|wishes)|"
    "regards|best|sincerely|yours(?: sincerely| truly)?|tia|"
    "danke(?:schön)?|vielen dank|besten dank|lg|vg|mfg|(?:mit )?(?:freundlichen|besten|lieben) grüßen|"
    "(?:beste|liebe|viele|schöne) grüße|"
    "merci(?: beaucoup)?|cordialement|bien à vous|bonne journée|"
    "(?:muchas |mil )?gracias|un saludo|saludos(?: cordiales)?|atentamente|"
    "(?:molte |mille )?grazie(?: mille)?|cordiali saluti|saluti|"
    "(?:alvast )?(?:hartelijk )?(?:bedankt|dank je(?: wel)?|dank u)|(?:met )?vriendelijke groet(?:en)?|groet(?:en|jes)?"
)
_FOR_WHAT = (
    "a lot|a bunch|so much|very much|in advance|again|for (?:your|the|any) help|for your time|everyone|you|all|guys|"
    "im voraus|schon mal|d'avance|de antemano|por (?:tu|su) ayuda|in anticipo|per l'aiuto|alvast|bij voorbaat"
)
_LONGEST_THANKS = 160
_GREETING = re.compile(
    rf"\A\s*(?:{_GREETINGS})(?: (?:{_GREETED})){{0,3}}"
    r"(?: ?[,.!:;-]{1,3}(?! ?(?:world|welt|monde|mundo|mondo|wereld)\b)(?:\s+|\Z)|\s*\n\s*"
    rf"|(?= (?:{_ASKERS})\b) )",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:\n\s*|(?<=[.!?]) +|(?<=\w), (?=th|dank|mer|gra))"
    rf"(?:{_THANKS_OR_REGARDS})(?: (?:{_FOR_WHAT})){{0,3}}[\s,.!:)]*\Z",
    re.IGNORECASE,
)


def without_courtesies(text: str) -> str:
    """The text without a greeting before it and thanks or regards behind it, unless nothing else is there."""
    made = _GREETING.sub("", text, count=1)
    if thanks := _THANKS.search(made, max(0, len(made) - _LONGEST_THANKS)):
        made = made[: thanks.start()]
    return made if made.strip(" \n.,!") else text


def uniform_lists(text: str) -> str:
    """One sort of bullet, one sort of number, and one empty line where there are more."""
    text = _BULLET.sub(r"\1- ", text)
    if _NUMBER_SIGN.search(text):
        text = _NUMBER.sub(r"\1\2. ", text)
    return _BLANK.sub("\n\n", text) if "\n" in text else text


def quiet(text: str) -> str:
    """Shouted sentences in small letters but for well-known acronyms; shouted common words likewise."""
    if not _LOUD.search(text):
        return text
    if _SHOUT.search(text):
        text = _SENTENCE.sub(_not_shouted, text)
    return _CAPITALS.sub(lambda word: word[0].lower() if word[0].lower() in SHOUTED else word[0], text)


def _not_shouted(found: re.Match[str]) -> str:
    sentence = found[0]
    words = _LETTERS.findall(sentence)
    if not sentence.isupper() or sum(map(len, words)) < 10 or sum(len(word) >= 3 for word in words) < 3:
        return sentence
    return _LETTERS.sub(lambda word: word[0] if word[0].lower() in ACRONYMS else word[0].lower(), sentence)


def begin_with_capitals(text: str, language: str) -> str:
    """Sentences begin with a capital letter, and so does the English `I`."""
    for pattern in (_START, _FIRST_ITEM):
        text = pattern.sub(_capitalised, text, count=1)
    if "\n" in text:
        text = _LINE_START.sub(_capitalised, text)
    text = _INSIDE.sub(_stopped, text)
    return _ENGLISH_I.sub("I", text) if language == "en" and " i" in text else text


def _stopped(found: re.Match[str]) -> str:
    if found["stop"] == ".":
        last = _LAST_WORD.search(found.string, max(0, found.start() - 12), found.start())
        if last and (last[0].lower().lstrip("\"'") in ABBREVIATED or len(last[0]) == 1):
            return found[0]
    return _capitalised(found)


def _capitalised(found: re.Match[str]) -> str:
    made = found["word"][0].upper()
    at = found.start("word") - found.start()
    return found[0] if len(made) != 1 else found[0][:at] + made + found[0][at + 1 :]


def end_with_marks(text: str, language: str) -> str:
    """A paragraph of prose that ends without a mark gets one: a question mark where it begins as a question."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        is_last = index + 1 == len(lines) or not lines[index + 1].strip()
        if is_last and line.count(" ") >= 2 and _ENDS_OPEN.match(line[-1]) and not _NO_PROSE.match(line):
            lines[index] = line + ("?" if _asks(line, language) else ".")
    return "\n".join(lines)


def _asks(line: str, language: str) -> bool:
    last = line[-_LONGEST_QUESTION:]
    first = _FIRST_WORD.match(last, max(last.rfind(end) for end in _SENTENCE_ENDS) + 1)
    return first is not None and first[1].lower() in ASKING.get(language, ())
