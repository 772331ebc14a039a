"""User names: `username: x`, `@handle`. A lone `@word` in code is a decorator, so it scores low."""

from __future__ import annotations

import re
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.account_names import is_made_of_a_name
from web_server.privacy.detectors.detector import Cue, Detector, follow_cue
from web_server.privacy.detectors.gazetteer import gazetteer
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_AT = re.compile(r"(?<![\w@./\\`)\]\[])@ ?([A-Za-z_][\w.]{1,29}\w)(?![\w@(/=]|\.\w)")
_LINE_START = re.compile(r"(?:^|\n)[ \t*/#]{0,39}$")
_WORD_BEFORE = re.compile(r"\w $")
_CALCULATED = re.compile(r"[=()\[\]+]")
_COMMENT = re.compile(r"[*/#]\s{0,4}$")
_PROSE_BEHIND = re.compile(
    r"[:,!?]{0,2} (?!(?:public|private|protected|static|final|class|def|async|void)\b)[^\n{}();=<>\[\]]{3,}"
)
"""A decorator has nothing behind it, or code."""
_DECORATED = re.compile(
    r"[ \t]{0,8}\r?\n[ \t]{0,40}(?:@|(?:async|def|class|public|private|protected|export|static|final|abstract|override|"
    r"fun|func|function|interface|enum|record|val|var|const|let|void|suspend|open|data)\b)"
)
"""The next line is what it decorates, or another decorator."""
_KEY_BEHIND = re.compile(r"[\"']\s{0,2}[:=\]]")
"""It is a key: `"@type": ...`."""
_LOGIN_BEFORE = re.compile(r"://\S{1,200}$")
_SOCIAL = words(
    "twitter tweet instagram insta telegram tiktok discord follow followed handle dm rt x mastodon snapchat "
    "github slack threads bluesky tagged reddit username profile folge"
)
_NOT_HANDLES = words(
    "property staticmethod classmethod override media import param params return returns throws dataclass "
    "abstractmethod interface autowired component service test before after bean keyframes font-face "
    "charset include click event pytest decorator everyone here channel todo types angular babel vue gmail "
    "example echo author notice title dev see"
)
_GENERIC = words("admin root user username test guest string str none null your the name password required is and")
_VALUE = r"[\"'`]?([A-Za-z0-9_][\w.\-]{2,38}\w)(?!\w|[@(\[.]\w|[(\[])"


def _is_handle(value: str) -> bool:
    return value.lower() not in _GENERIC


def _is_chosen(value: str) -> bool:
    return any(not char.isalpha() for char in value) or not (value.islower() or value.istitle())


def _commented(text: str, start: int) -> bool:
    """Whether it begins a line of a comment, as a tag of documentation does."""
    return text[start - 1 : start] in {" ", "\t"} and _COMMENT.search(text, max(0, start - 6), start) is not None


def _looks_chosen(value: str) -> bool:
    """Prose needs more than a word: a digit, a mark inside, or letters in an unusual case."""
    return _is_handle(value) and _is_chosen(value)


_BARE = re.compile(
    r" (?:name |id |account )?[\"'`]?(?!(?:and|or|is|with|has|name)\b)([A-Za-z][\w.\-]{2,38}\w)(?!\w)"
    r"(?=(,? (?:and |with |und |mit |y |con |e |et |en |met )?(?:the |my )?(?:pass|pw|pwd|kennwort|contra|clave|mot de "
    r"passe|mdp|wacht))?)",
    re.IGNORECASE,
)
_STARTS = words(
    "bl br ch cl cr dr dw fl fr gh gl gn gr kh kl kn kr ll ph pl pr ps pt rh sc sh sk sl sm sn sp sq st sv sw th tr ts "
    "tw vl wh wr xm zw"
)
_CONSONANTS = frozenset("bcdfghjklmnpqrstvwxz")
_OWN_NAME = re.compile(
    r"(?i:\b(?:my|his|her|their|your|mein|dein|mon|mi|il mio|mijn) (?:login|user ?name|user ?id|handle|nick(?:name)?|"
    r"benutzername|nutzername|identifiant|pseudo|usuario|nombre de usuario|nome utente|gebruikersnaam)(?: name)? "
    r"(?:is|was|ist|lautet|est|es|è)(?: still| now)? )[\"'`@]?([A-Za-z][\w.\-]{2,30}[A-Za-z0-9])(?![\w@]|[.]\w)"
)
_TAGGED = re.compile(r"(?<![\w/])(?:u/([A-Za-z0-9_\-]{3,20})(?![\w/.])|([A-Za-z0-9_.]{2,32}#\d{4})(?!\w))")
_ACCOUNT = re.compile(
    r"(?i:(?: (?:id|name|tag|handle|user|username|account))?(?: is|:|=|-| ist| est| es| è) ?@?)"
    r"((?=\w{0,30}[\dA-Z_])[\w.\-]{3,32}\w)"
)
_PLAYER = re.compile(r" ((?=\w{0,30}[\dA-Z_])\w{3,32})")
_TAG_WORDS = words(
    "psn gamertag xbox steam discord twitch snapchat skype telegram insta instagram tiktok kik roblox epic ign"
)
_PLAYERS = words("psn gamertag")
_NO_NAMES = words(
    "wrong broken invalid incorrect missing blocked locked expired taken unavailable gone lost not the too very case "
    "already required displayed shown empty hidden visible public private unknown different correct now still also "
    "gesperrt falsch ungültig bloqué invalide bloqueado incorrecto bloccato sbagliato geblokkeerd onjuist"
)
_LOGIN_WORDS = words(
    "login username user userid handle nick nickname benutzername nutzername identifiant pseudo usuario utente "
    "gebruikersnaam"
)
_BARE_WORDS = words("user login username benutzer nutzer usuario utilisateur utente gebruiker")


class HandleDetector(Detector):
    KINDS = (kinds.USERNAME,)
    CUES = (
        Cue(kinds.USERNAME, "username-field",
            words(
            "username login userid nickname handle benutzername usuario utente pseudo gebruikersnaam screenname "
            "nick identifiant"
        ),
            re.compile(rf"[\"']?\s{{0,2}}[:=]\s{{0,3}}@?{_VALUE}"), 0.75, _is_handle),
        Cue(kinds.USERNAME, "username-user", words("user usr uid"),
            re.compile(rf"[\"']?\s{{0,2}}[:=]\s{{0,3}}@?(?=\w{{0,30}}\d){_VALUE}"), 0.6, _looks_chosen),
        Cue(kinds.USERNAME, "username-said",
            words(
            "username login handle nickname discord telegram skype instagram snapchat benutzername usuario"
        ),
            re.compile(
                rf"(?: (?:name|id|account|handle|tag))? (?:is|was|ist|es|è|est) @?{_VALUE}"), 0.6, _looks_chosen),
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._names = gazetteer()

    def spans(self, reading: Reading) -> Iterator[Span]:
        for cue in self.CUES:
            yield from follow_cue(cue, reading)
        yield from self._beside_password(reading)
        text = reading.text
        for begin, end in reading.near(_LOGIN_WORDS, 160):
            for own in _OWN_NAME.finditer(text, begin, end):
                if own[1].lower() not in _NO_NAMES and own[1].lower() not in self._names.words:
                    yield Span(*own.span(1), kinds.USERNAME, 0.6, "username-own")
        yield from self._tagged(reading)
        if "@" in text:
            yield from self._marked(reading)

    def _marked(self, reading: Reading) -> Iterator[Span]:
        """`@name`, where it is neither code nor arithmetic."""
        text = reading.text
        social = not reading.words.isdisjoint(_SOCIAL)
        for found in _AT.finditer(text):
            start, end = found.span()
            if found[1].lower() in _NOT_HANDLES or _LOGIN_BEFORE.search(text, max(0, start - 204), start):
                continue
            own_line = _LINE_START.search(text, max(0, start - 40), start) is not None
            if _KEY_BEHIND.match(text, end) or (own_line and _DECORATED.match(text, end)) or self._is_sum(found):
                continue
            spoken_to = not own_line or text[start + 1] == " "
            if not spoken_to and not _commented(text, start):
                spoken_to = _PROSE_BEHIND.match(text, end) is not None
            score = 0.7 if social else 0.55 if spoken_to else 0.35 if _is_chosen(found[1]) else 0.3
            yield Span(start, end, kinds.USERNAME, score, "handle")

    def _is_sum(self, found: re.Match[str]) -> bool:
        """`a @ b` multiplies, `lunch @ noon` is a time."""
        text, start, name = found.string, found.start(), found[1]
        if text[start + 1] != " " or _WORD_BEFORE.search(text, max(0, start - 2), start) is None:
            return False
        is_word = (len(name) <= 4 and name.islower()) or name.lower() in self._names.words
        return is_word or _CALCULATED.search(text, max(0, start - 30), found.end() + 10) is not None

    def _tagged(self, reading: Reading) -> Iterator[Span]:
        """`u/name`, `name#1234`, `Steam: name`, `gamertag name`."""
        text = reading.text
        if "#" in text or "u/" in text:
            for found in _TAGGED.finditer(text):
                yield Span(*found.span(found.lastindex or 0), kinds.USERNAME, 0.6, "username-tag")
        for word in _TAG_WORDS & reading.words:
            for _, end in reading.places[word]:
                account = _ACCOUNT.match(text, end) or (_PLAYER.match(text, end) if word in _PLAYERS else None)
                if account is not None and account[1].lower() not in self._names.words:
                    yield Span(*account.span(1), kinds.USERNAME, 0.6, "username-tag")

    def _beside_password(self, reading: Reading) -> Iterator[Span]:
        """`user hveldhuis`: nothing between, so it must look made up, hold a surname, or stand beside a password."""
        for word in _BARE_WORDS & reading.words:
            for _, end in reading.places[word]:
                found = _BARE.match(reading.text, end)
                if found is None or not _is_handle(found[1]):
                    continue
                name = found[1].lower()
                made_up = any(char.isdigit() for char in name) and name[0].isalpha() and not name[-3:].startswith(".")
                odd = name[:2] not in _STARTS and _CONSONANTS.issuperset(name[:2]) and name.isalpha() and len(name) > 5
                surname = len(name) > 5 and self._names.is_plain_last(name[1:]) and name not in self._names.words
                if found[2] or made_up or odd or surname or is_made_of_a_name(name, self._names, initials=False):
                    yield Span(*found.span(1), kinds.USERNAME, 0.6, "username-bare")
