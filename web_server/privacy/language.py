"""Which of six languages a text is in, told by its commonest words.

Asked by the tagger, the finder and the steps of the uniform format. Pure; never sure, and told so: no language is an
answer too.
"""

from __future__ import annotations

from typing import Final

from web_server.privacy.obfuscation.vocabulary import COMMON, WRITTEN_OUT

_LEAST: Final = 1
_TELLING: Final = {
    language: common
    | {
        word
        for word in WRITTEN_OUT[language]
        if not any(word in COMMON[other] or word in WRITTEN_OUT[other] for other in COMMON if other != language)
    }
    for language, common in COMMON.items()
}
"""The commonest words of each language, and the shorthand that is of no other."""


def language_of(words: frozenset[str]) -> str:
    """`en`, `de`, `fr`, `es`, `it`, `nl`, or nothing where two fit equally well. `words` are in small letters."""
    counts = sorted(((len(words & common), language) for language, common in _TELLING.items()), reverse=True)
    (most, language), (next_, _) = counts[:2]
    return language if most >= _LEAST and most > next_ else ""
