"""What everybody knows: countries, great cities, household companies, world-famous people, in six languages.

Asked of names that were read in running text: under the default policy these are kept in a question about them. The
finder decides, for it depends on the policy. Short lists on purpose; an operator's own are `keep` in the policy file.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

from web_server.privacy import kinds
from web_server.privacy.detectors.common_words import HOUSEHOLD
from web_server.privacy.detectors.famous import FAMOUS, FAMOUS_ALONE
from web_server.privacy.detectors.firms import HOUSEHOLD_TOO
from web_server.privacy.detectors.gazetteer import gazetteer
from web_server.privacy.detectors.great_places import GREAT_PLACES
from web_server.privacy.detectors.institutions import INSTITUTIONS
from web_server.privacy.detectors.place_names import place_names

_ARTICLE = re.compile(r"^(?:the|die|der|das|la|le|les|el|los|il|de|het) ")


class Known:
    """Made once. All comparisons in small letters."""

    def __init__(self) -> None:
        self._places = place_names()

    @cached_property
    def _surnames(self) -> frozenset[str]:
        """Of famous people, where hardly anybody else has one."""
        borne = gazetteer().last | gazetteer().first
        alone = {name.rpartition(" ")[2] for name in FAMOUS}
        rare: frozenset[str] = FAMOUS_ALONE | {name for name in alone if len(name) > 4 and name not in borne}
        return rare

    def is_known(self, kind: str, value: str) -> bool:
        """Of several words, what is known as one thing is known although it was read as another."""
        name = _ARTICLE.sub("", " ".join(value.lower().split()), count=1)
        if kind == kinds.PERSON and (name in FAMOUS or name in self._surnames):
            return True
        if kind == kinds.PERSON and " " not in name:
            return False
        return name in INSTITUTIONS or name in HOUSEHOLD or name in HOUSEHOLD_TOO or self._is_place(name)

    def _is_place(self, name: str) -> bool:
        """One place, or a row of them: `Paris, France`."""
        if "," in name:
            return all(self._is_place(part.strip()) for part in name.split(","))
        return name in GREAT_PLACES or name in self._places.known or name in self._places.demonyms


@lru_cache(maxsize=1)
def known() -> Known:
    return Known()
