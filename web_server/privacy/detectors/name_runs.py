"""Which words of a run of capitalised words are a person, by the lists of names alone.

Called by the person detector, which finds the runs. Pure; looks at nothing outside the run but whether the text uses
a word in small letters too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from web_server.privacy import kinds
from web_server.privacy.detectors.common_words import COMMON
from web_server.privacy.detectors.gazetteer import Gazetteer
from web_server.privacy.detectors.given_names import GIVEN_WORDS, SURNAME_PARTICLES
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.name_token import Token
from web_server.privacy.detectors.not_names import AFTER_THINGS, BEFORE_PLACES, BEHIND_THINGS, MONTHS, NOT_NAMES, PLACES
from web_server.privacy.detectors.place_names import place_names
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_AMONG_WORDS = re.compile(r"[a-zß-ÿ],? $")
"""In the middle of a sentence: a capital there says more than at its beginning."""
_SEASONS = MONTHS | words("summer autumn dawn eve rose ruby crystal sky forest page cash")
_NO_SURNAMES = NOT_NAMES | PLACES | AFTER_THINGS | words("day rain snow night time moon garden power")


def is_german(reading: Reading) -> bool:
    """Every noun has a capital there: `Präsident Michel` is no first name and surname."""
    return len(_GERMAN & reading.words) > 3


_GERMAN = words("der die das und ist nicht ein eine den dem von auf für sich")


def span_of(tokens: Sequence[Token], score: float, reason: str) -> Span:
    return Span(tokens[0].start, tokens[-1].end, kinds.PERSON, score, reason)


def joins(tokens: Sequence[Token], at: int) -> bool:
    """A capital particle with the rest of a surname behind it: `Le` of `Gwenaëlle Le Bihan`, `Van de` too."""
    if tokens[at].key not in SURNAME_PARTICLES or at + 1 >= len(tokens):
        return False
    following = tokens[at + 1]
    if not following.is_capitalised:
        return following.key in SURNAME_PARTICLES and at + 2 < len(tokens) and tokens[at + 2].is_titlecase
    return following.is_titlecase and (following.key not in NOT_NAMES or joins(tokens, at + 1))


def _judge_shouted(tokens: Sequence[Token], names: Gazetteer) -> Iterator[Span]:
    """A sentence in capitals is one run: only names that the lists know begin and end a person there."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = at + 1
        if token.key in names.first and token.key not in NOT_NAMES:
            while end < len(tokens) and end < at + 5 and not tokens[end - 1].owns and _goes_on(tokens[end], names):
                end += 1
            while end > at + 1 and tokens[end - 1].key in SURNAME_PARTICLES:
                end -= 1
            plain = names.is_plain_first(token.key)
            if end > at + 1 and (plain or names.is_plain_last(tokens[end - 1].key)):
                yield span_of(tokens[at:end], 0.6, "person-known")
            elif plain and token.key in names.common and len(token.key) > 3 and token.key not in COMMON:
                yield span_of(tokens[at : at + 1], 0.5, "person-first")
                end = at + 1
        at = end


def _goes_on(token: Token, names: Gazetteer) -> bool:
    return token.is_initial or token.key in names.plain_names or token.key in SURNAME_PARTICLES


def judge_run(tokens: Sequence[Token], names: Gazetteer, reading: Reading) -> Iterator[Span]:
    """Names inside one run of capitalised words."""
    if len(tokens) > 3 and all(token.word.isupper() for token in tokens):
        yield from _judge_shouted(tokens, names)
        return
    if any(token.key in AFTER_THINGS and token.key not in names.last for token in tokens[1:]):
        return
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.key in BEHIND_THINGS and token.key not in names.common and at + 1 < len(tokens):
            return
        if token.key in BEFORE_PLACES:
            at += 2
        elif token.key in names.first and token.is_capitalised and not token.is_no_name:
            name = _extended(tokens, at, names)
            score = _score(name, names, reading)
            if 0 < score < 0.6 and len(name) > 1 and not names.is_plain_first(token.key) and len(name) < len(tokens):
                score = 0.0  # `Will Price Increases Hurt?`
            if score:
                yield span_of(name, score, "person-known" if len(name) > 1 else "person-first")
            at += len(name)
        elif _has_initial(tokens[at : at + 3], names):
            yield span_of(tokens[at : at + 3], 0.6, "person-initial")
            at += 3
        elif at + 1 < len(tokens) and (
            _is_before_surname(token, tokens[at + 1], names) or (at == 0 and _is_word_and_surname(tokens, names))
        ):
            noun = token.key not in names.first and token.key not in names.last and is_german(reading)
            yield span_of(tokens[at + noun : at + 2], 0.5, "person-surname")
            at += 2
        else:
            at += 1


def _extended(tokens: Sequence[Token], at: int, names: Gazetteer) -> list[Token]:
    """The first name and up to four words that go on."""
    name = [tokens[at]]
    for index in range(at + 1, min(at + 6, len(tokens))):
        token = tokens[index]
        if name[-1].owns:
            break
        if (
            token.is_capitalised
            and len(token.word) > 1
            and (
                token.key in NOT_NAMES
                or token.is_no_name
                or (token.word[1:2].isupper() and token.word[:2] != "Mc" and not tokens[at].word.isupper())
                or names.is_word(token.key)
            )
            and not joins(tokens, index)
        ):
            break
        name.append(token)
    while not name[-1].is_capitalised or (
        (name[-1].is_initial or len(name[-1].word) == 1) and len(name) == 2 and not names.is_plain_first(name[0].key)
    ):
        name.pop()
    return name


def _score(name: Sequence[Token], names: Gazetteer, reading: Reading) -> float:
    """How likely these words are a person; 0 for not. Below the default threshold: only for who hides every name."""
    first, last = name[0], name[-1]
    if len(name) > 1 and place_names().has(reading.text[first.start : last.end].lower()):
        return 0.0
    shouted = len(first.word) > 2 and first.word.isupper()
    plain = names.is_plain_first(first.key)
    if len(name) == 1:
        if not plain or first.key in reading.small:
            return 0.0
        if shouted:
            return 0.5 if first.key in names.common and len(first.key) > 4 and first.key not in COMMON else 0.35
        often = len(reading.places.get(first.key, ())) > 1 and len(first.key) > 3
        told = (
            first.key in names.common
            or often
            or _AMONG_WORDS.search(reading.text, max(0, first.start - 3), first.start)
        )
        return 0.5 if told else 0.35
    surname = last.key.split("-")[-1] in names.last
    if shouted:
        return 0.7 if surname or (plain and last.word.isupper() and last.key in names.first) else 0.35
    return _score_plain(name, surname, names, reading) if plain else _score_word(name, surname, names, reading)


def _score_plain(name: Sequence[Token], surname: bool, names: Gazetteer, reading: Reading) -> float:
    """A first name that is nothing else, and a word or more behind it."""
    first, last = name[0], name[-1]
    if first.key in names.common or surname:
        return 0.85 if surname else 0.65
    return 0.5 if last.is_titlecase and last.key not in names.words and first.key not in reading.small else 0.35


def _score_word(name: Sequence[Token], surname: bool, names: Gazetteer, reading: Reading) -> float:
    """A first name that is a word or a place too: only a surname makes a person of it."""
    first, last = name[0], name[-1]
    if not all(t.is_initial or not t.is_capitalised or t.key in names.first or t.key in names.last for t in name[1:-1]):
        return 0.0
    told = first.key in names.common or first.key in GIVEN_WORDS
    if names.is_plain_last(last.key):
        return 0.7 if first.key in GIVEN_WORDS or last.key not in reading.small else 0.35
    return 0.55 if surname and told and first.key not in reading.small and last.key not in _NO_SURNAMES else 0.0


def _has_initial(tokens: Sequence[Token], names: Gazetteer) -> bool:
    """`Faina D. Yefremova`: a letter between two words that are no words; without its dot one must be a name."""
    if len(tokens) != 3 or not (tokens[1].is_initial or len(tokens[1].word) == 1):
        return False
    around = (tokens[0], tokens[2])
    if tokens[0].owns or not all(
        len(token.word) > 2 and token.is_titlecase and token.key not in NOT_NAMES and not names.is_word(token.key)
        for token in around
    ):
        return False
    return tokens[1].is_initial or any(
        names.is_plain_last(token.key) or names.is_plain_first(token.key) for token in around
    )


def _is_before_surname(token: Token, following: Token, names: Gazetteer) -> bool:
    """`Hanisha Müller`: an unknown word before a surname that is nothing else."""
    return (
        not token.owns
        and token.is_titlecase
        and not token.is_no_name
        and len(token.word) > 2
        and following.word[1:].islower()
        and names.is_plain_last(following.key)
        and token.key not in names.words
        and token.key not in NOT_NAMES | BEFORE_PLACES
        and len(following.word) > 3
    )


def _is_word_and_surname(tokens: Sequence[Token], names: Gazetteer) -> bool:
    """`Will Baker`: a word that is a first name too and a surname, and no third word that would make it a heading."""
    first, last = tokens[0], tokens[-1]
    return (
        len(tokens) == 2
        and not first.owns
        and first.key in GIVEN_WORDS
        and first.is_titlecase
        and last.is_titlecase
        and last.key in names.last
        and last.key not in _NO_SURNAMES
        and (first.key not in _SEASONS or names.is_plain_last(last.key))
    )
