"""Which units of a text are like people's names: a rule of thumb, for sets that do not say what their units are.

A unit is like a person's name where
- it has at most four words, and in some place of the text each is written as names are: `Rachel`, initials, `HUANG`,
  but not `BaseballCloud` or, as the last one, `AI`; little words as `van` and titles aside;
- no word says that it is a firm, an office, a place or a thing (`Bank`, `Ltd`, `Street`), and neither the whole nor
  what stands behind its last comma is a country, a town, a people or a household company;
- a single word is also part of such a name among the same text's units, or a first name or surname of the lists.

Only of a single word is any list of names asked, which our rules read too: there the rule picks the easier ones.
Read by hand, 122 of the 141 units that it picks of PUPA are people; some 40 people it passes over, most of them written
in small letters or with one rare word.
Called by `bench.units`. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from web_server.privacy.detectors.common_words import HOUSEHOLD
from web_server.privacy.detectors.gazetteer import gazetteer
from web_server.privacy.detectors.glue import words as listed
from web_server.privacy.detectors.place_names import place_names

LONGEST = 4
_SHORTEST_IN_CAPITALS = 4
_MIXED = re.compile(r"(?:Ma?c|[OD]['’])?[^\W\d_]+(?:-[^\W\d_]+)*")
_INITIALS = re.compile(r"[^\W\d_]{1,2}\.?|(?:[^\W\d_]\.-?){2,3}")
_GENITIVE = re.compile(r"['’]s$")
_LITTLE = listed(
    "al ap bin ben bint da das de dei del della den der des di do dos du e el ibn la las le los ten ter van von y"
)
_TITLES = listed("capt col dr engr fr frau herr madame miss mr mrs ms prof professor rev señor señora sir teacher")
_NO_PERSON = listed(
    # firms
    "ag bv co company corp corporation enterprises firm gmbh group holding holdings inc international limited llc "
    "llp ltd nv partners partnership plc pty pvt sa sarl sas spa srl aerospace aerosystems agency air airline "
    "airlines airways banca banco bank banque brand brands brewing builders capital clothing construction "
    "consulting credit design digital direct electric electronics energy engineering entertainment equipment "
    "express farms fashion films finance financial foods freight games healthcare insurance investments jewelry "
    "laboratories labs landscaping logistics market marketplace markets media motors networks news pharma pharmacy "
    "pictures productions properties publishing radio railway realty records rentals restaurant retail salon "
    "securities seeds services shop software softwares solutions store stores studio studios supply systems "
    "technologies technology trading travel utilities ventures "
    # offices, schools, societies
    "academy administration alliance army assembly association board bureau camp cathedral center centre charity "
    "clinic club college commission committee congress council court department division education embassy "
    "federation festival foundation fund government hospital hotel institute library ministry museum ngo office "
    "organisation organization palace police program project research school schools senate society team theater "
    "theatre trust union university "
    # places
    "airport avenue beach boulevard bridge building city coast county creek district drive gardens harbor harbour "
    "heights hills island islands lake mall mountain mountains park plaza point port province region river road "
    "square station street tower town valley village africa america asia australia europe "
    # things
    "account address app currency data dollars email name number of online order phone product the user website "
    "your"
)


def person_like(text: str, units: Sequence[str]) -> list[str]:
    """Those of a text's units that are like people's names. `units` are in small letters."""
    may_be = [unit for unit in units if not _says_no_person(unit) and any(map(_is_name, _written(text, unit)))]
    parts = {word for unit in may_be if len(_keys(unit)) > 1 for word in _keys(unit)} - _LITTLE
    return [unit for unit in may_be if len(_keys(unit)) > 1 or _keys(unit)[0] in parts or _is_listed(_keys(unit)[0])]


def _written(text: str, unit: str) -> Iterator[str]:
    """How the unit stands in the text, in each place. Nothing where a capital's small letter is longer than it."""
    lower = text.lower()
    if len(lower) == len(text):
        for found in re.finditer(rf"(?<!\w){re.escape(unit)}(?!\w)", lower):
            yield text[found.start() : found.end()]


def _is_name(written: str) -> bool:
    words = [word for word in written.split() if word.lower() not in _LITTLE and word.lower().strip(".") not in _TITLES]
    if not words or len(written.split()) > LONGEST:
        return False
    return _is_part(words[-1]) and all(_is_part(word) or _INITIALS.fullmatch(word) for word in words[:-1])


def _is_part(word: str) -> bool:
    if word.isupper():
        return word.isalpha() and len(word) >= _SHORTEST_IN_CAPITALS
    found = _MIXED.fullmatch(word)
    return found is not None and all(part[0].isupper() and part[1:].islower() for part in _parts(word))


def _parts(word: str) -> list[str]:
    return re.sub(r"^(?:Ma?c|[OD]['’])(?=[^\W\d_a-z])", "", word).split("-")


def _says_no_person(unit: str) -> bool:
    keys, places = _keys(unit), place_names()
    known = (" ".join(keys), unit.rpartition(",")[2].strip(" ."))
    return (
        not keys
        or any(places.has(each) or each in places.demonyms for each in known)
        or not (_NO_PERSON | HOUSEHOLD).isdisjoint(keys)
    )


def _is_listed(word: str) -> bool:
    return word in gazetteer().first or word in gazetteer().last


def _keys(unit: str) -> list[str]:
    """Its words, without a genitive's s."""
    return [_GENITIVE.sub("", word.strip(".,()")) for word in unit.split()]
