"""Whether a text ties a name to who writes it: `our customer Siemens`, `Taylor Swift, my boss`, `I work at Google`.

Asked of names that are public knowledge: a question about one must get its answer, and the same name said of somebody's
own employer or patient must not leave. Looks at the line around the name alone. Pure.
"""

from __future__ import annotations

import re

from web_server.privacy.detectors.person_cues import RELATED

_OURS = (
    r"(?:my|our|his|her|their|mein|meine[nmrs]?|unsere?[nmrs]?|mi|mis|nuestr[oa]s?|mon|ma|mes|notre|nos|il mio|la mia|"
    r"mio|mia|nostr[oa]|mijn|onze|ons)"
)
_THEIRS = (
    "company|firm|employer|startup|client|customer|supplier|vendor|contractor|bank|insurer|school|university|college|"
    "hospital|clinic|gp|practice|surgery|landlord|tenant|team|club|church|union|hometown|home town|village|town|city|"
    "neighbourhood|neighborhood|district|street|office|branch|account manager|firma|arbeitgeber(?:in)?|unternehmen|"
    "kunden?|kundin|lieferant(?:en)?|bank|schule|universität|hochschule|krankenhaus|klinik|praxis|vermieter(?:in)?|"
    "verein|heimatort|heimatstadt|stadt|dorf|büro|filiale|entreprise|société|employeur|fournisseur|banque|école|"
    "université|hôpital|clinique|ville|village|bureau|empresa|empleador|proveedor|banco|colegio|universidad|hospital|"
    "clínica|pueblo|ciudad|oficina|azienda|ditta|società|datore di lavoro|fornitore|banca|scuola|università|ospedale|"
    "clinica|paese|città|ufficio|bedrijf|werkgever|leverancier|school|universiteit|ziekenhuis|kliniek|dorp|stad|kantoor"
)
_ROLE = rf"(?:{'|'.join(sorted(RELATED))}|{_THEIRS})"
_BEFORE = re.compile(
    rf"(?<!\w)(?:{_OURS} (?:[^\W\d_]{{1,15}}[ \-]){{0,2}}{_ROLE}s?(?:['’]s name)?"
    rf"(?:,? (?:is|are|was|were|sind|sont|son|sono|zijn|at|in|of|for|from|named|called|namens|ist|bei|in|von|est|à|de|"
    rf"chez|es|en|se llama|è|di|da|heet|van|bij))?(?: (?:the|der|die|das|la|le|il|el|de))?"
    rf"|(?:I|we|he|she|they)(?:['’](?:ve|m|re|s|d))?(?: (?:also|now|still|currently|used to|have|had|been|am|is|was|"
    rf"are|were)){{0,2}} (?:work|works|worked|working|study|studies|studied|intern|interned|employed|"
    rf"live|lives|lived|living|born|grew up|moved)"
    rf" (?:at|for|with|by|in|to|near|from)(?: the)?"
    r"|(?:I|we)(?: (?:have|recently|just))? (?:joined|left)|(?:I|we)(?:['’]m|['’]re| am| are| come) from(?: the)?"
    r"|ich (?:komme|stamme) aus|je (?:suis|viens) de|soy de|vengo de|sono di|vengo da|ik kom uit|ich bin bei(?: der)?"
    rf"|(?:ich|wir|er|sie) (?:arbeite|arbeiten|arbeitet|studiere|wohne|wohnen|lebe) (?:bei|für|in|an)(?: der| dem)?"
    rf"|(?:je|nous) (?:travaille|travaillons|habite|habitons) (?:chez|à|pour|en)(?: la| le)?"
    rf"|(?:trabajo|trabajamos|vivo|vivimos) (?:en|para)(?: la| el)?|(?:lavoro|abito|vivo) (?:in|a|per|presso)(?: la)?"
    rf"|(?:ik|wij) (?:werk|werken|woon|wonen) (?:bij|voor|in)(?: de| het)?"
    r"|customers?|clients?|patients?|suppliers?|kunden?|patienten?|client|patiente?|cliente|paziente|klant)"
    r"[,:]? [\"'“„«(]?$",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"[\"'”“»)]?,?(?: \(| (?:(?:is|was|ist|war|est|es|è|era|-|–) )?){_OURS}"
    rf" (?:[^\W\d_]{{1,15}}[ \-]){{0,2}}{_ROLE}(?!\w)",
    re.IGNORECASE,
)
_REACH = 80
_OVER_A_BREAK = re.compile(r"[ \t]{0,8}\r?\n[ \t]{0,8}(?:[-*•] )?$")
"""A name that begins its line is said by the line above: `Customer:`, `I work at`."""


def is_tied(text: str, start: int, end: int) -> bool:
    """Whether the line around `text[start:end]`, or the one that it goes on from, says that it is somebody's own."""
    before = _OVER_A_BREAK.sub(" ", text[max(0, start - _REACH) : start]).rpartition("\n")[2]
    return _BEFORE.search(before) is not None or _BEHIND.match(text, end, end + _REACH) is not None
