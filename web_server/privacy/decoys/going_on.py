"""A cover conversation from one turn to the next, and the same turn once more.

Called by whoever keeps cover conversations, with what was said in them so far: messages of `user` and `assistant` as
they were sent and received. Pure. Draws a turn like the real query's last one; never looks at what that says.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count, groupby
from typing import NamedTuple

from web_server.privacy.cases import cased
from web_server.privacy.decoys import conversation
from web_server.privacy.decoys.covers import Chosen, Cover, choose, dress
from web_server.privacy.decoys.shape import Shape, frame
from web_server.privacy.decoys.sources import Origin, Source
from web_server.privacy.decoys.template import Slot, Template, Words, words_of
from web_server.privacy.kinds import PERSON
from web_server.privacy.ledger import Ledger
from web_server.query import Json, ScrubbedQuery


class Loan(NamedTuple):
    """Which words a value has from another one, of this kind: the place here, and the place there."""

    kind: str
    taken: dict[int, int]


_SPOKEN = frozenset({"user", "assistant"})
_SPACED = re.compile(r"\s*\S+")
_WORD = re.compile(r"[^\W_]+")


def spoken(query: ScrubbedQuery) -> tuple[Json, ...]:
    """The messages of a query that somebody said, system prompts left out."""
    return tuple(each for each in _messages(query) if conversation.role_of(each) in _SPOKEN)


def earlier_turns(query: ScrubbedQuery) -> int:
    """How many turns of its own history a query brings along."""
    return max(0, len(_begins(spoken(query))) - 1)


def last_turns(said: Sequence[Json], count: int) -> tuple[Json, ...]:
    """The last so many turns of a conversation; each begins where the user speaks after the provider, or first. What
    the provider says before them all belongs to the first."""
    begins = _begins(said)
    return tuple(said[begins[-count] :]) if 0 < count < len(begins) else tuple(said) if count else ()


def next_turn(
    real: ScrubbedQuery, ledger: Ledger, sources: Sequence[Source], rng: random.Random, but: Collection[Words] = ()
) -> Chosen | None:
    """A turn like the real query's last one, that may continue a cover conversation; none of the texts in `but`.

    What says nothing about any subject ("And how long would that take?") continues them all: were new conversations
    to take their place, the real one would be the only one that the provider has heard before.
    """
    if conversation.uncoverable(real):
        return None
    last, _ = conversation.newest_turn(real)
    for chosen in choose(last, ledger, 1, sources, rng, but=but, goes_on=True):
        return chosen
    same = Template(frame([text for _, text in conversation.turns(last)], ledger))
    for source in sources:
        if source.name == "grammar":
            for template in source.draw(Shape.of_frame(same.turns), 1, rng):
                if words_of(template.texts()) == words_of(same.texts()):
                    return Chosen(same, source.name)
    return None


def named_again(template: Template, earlier: Sequence[Template], real: ScrubbedQuery, ledger: Ledger) -> Template:
    """A next turn of a cover conversation, in which as much is named again as in the real query's newest turn: without
    it, the conversation that comes back to its people would be the real one; the one, too, whose addresses are those of
    the people of another turn. `earlier`: the turns before."""
    turns = frame([text for _, text in conversation.turns(real)], ledger)
    newest = len(conversation.turns(conversation.newest_turn(real)[0]))
    before, now = ([*Template(part).slots()] for part in (turns[:-newest], turns[-newest:]))
    heard, again, lent = _likes(before), defaultdict(list), defaultdict(list)
    for slot in dict.fromkeys(now):
        if slot.like in heard[slot.kind]:
            again[slot.kind].append(_is_family(slot.like, before))
        elif loan := _loan(slot, before):
            lent[slot.kind].append(loan)
    said = [slot for each in earlier for slot in each.slots()]
    ours = _likes(said)
    instead: dict[Slot, Slot] = {}
    words: dict[str, str] = {}
    for slot in sorted(dict.fromkeys(template.slots()), key=lambda each: each.kind != PERSON):
        known = [each for each in ours[slot.kind] if len(each.split()) == len(slot.like.split())]
        if again[slot.kind] and known:
            family = again[slot.kind].pop(0)
            named = next((each for each in known if _is_family(each, said) == family), known[0])
            instead[slot] = slot._replace(like=named)
            ours[slot.kind].remove(named)
            words.update(zip(_WORD.findall(slot.like.lower()), _WORD.findall(named.lower()), strict=False))
        elif not slot.tag:  # an address of somebody's is still theirs
            like = slot.like
            if slot.kind != PERSON:
                like = _WORD.sub(lambda word: words.get(word[0].lower(), word[0]), like)
            if like == slot.like and lent[slot.kind]:
                like = _borrowing(like, lent[slot.kind].pop(0), said)
                words.update(zip(_words(slot.like), _words(like), strict=False))
            instead[slot] = slot._replace(like=like)
    return template.with_slots(instead)


def _is_family(like: str, said: Iterable[Slot]) -> bool:
    """Whether it is the last word of somebody's name that was said whole."""
    whole = (each.like.split() for each in said if each.kind == PERSON)
    return any(len(words) > 1 and words[-1] == like for words in whole)


def _loan(slot: Slot, before: Sequence[Slot]) -> Loan | None:
    """What a person's name has from an address that was named before, or an address from a person: the most of it."""
    loans = []
    for other in reversed(before):
        if not slot.tag and not other.tag and (slot.kind == PERSON) != (other.kind == PERSON):
            theirs = _words(other.like)
            taken = {at: theirs.index(word) for at, word in enumerate(_words(slot.like)) if word in theirs}
            loans += [Loan(other.kind, taken)] if taken else []
    return max(loans, key=lambda each: len(each.taken), default=None)


def _borrowing(like: str, loan: Loan, said: Sequence[Slot]) -> str:
    """The likeness with words of what was `said` in its own conversation, where the real one has such."""
    others = (_words(each.like) for each in reversed(said) if each.kind == loan.kind and not each.tag)
    theirs = max(others, key=len, default=[])
    places = count()

    def word(match: re.Match[str]) -> str:
        at = loan.taken.get(next(places), len(theirs))
        return cased(theirs[at].capitalize(), match[0]) if at < len(theirs) else match[0]

    return _WORD.sub(word, like)


def _words(like: str) -> list[str]:
    """Of a name, or of an address before its host."""
    return _WORD.findall(like.lower().partition("@")[0])


def _likes(slots: Iterable[Slot]) -> defaultdict[str, list[str]]:
    """What slots are like, by kind, each once, the newest first; of people their single names too."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for slot in reversed(list(slots)):
        names = [slot.like, *(slot.like.split() if slot.kind == PERSON else ())]
        found[slot.kind] += [each for each in dict.fromkeys(names) if each not in found[slot.kind]]
    return found


def continued(
    said: Sequence[Json], earlier: Sequence[Template], chosen: Chosen, real: ScrubbedQuery, seed: bytes
) -> Cover:
    """The cover conversation with one more turn, beside the next of the real one. `earlier`: the turns before."""
    turn = dress(chosen, conversation.newest_turn(real)[0], seed, earlier)
    return _beside(real, [*_in_form(said, spoken(real)), *spoken(turn.query)], turn)


def resumed(said: Sequence[Json], real: ScrubbedQuery, source: Origin) -> Cover:
    """The cover conversation as it was sent before, beside a real query that is sent again."""
    return _beside(real, _in_form(said, spoken(real)), Cover(replace(real, entities={}), source))


def _in_form(said: Sequence[Json], real: Sequence[Json]) -> list[Json]:
    """What was said, in messages such as the real query has at the same places: empty fields, parts and marks that a
    client adds or takes away from turn to turn, and where it parts what was said, would tell its conversation from
    ours."""
    ours, theirs = _runs(said), _runs(real)[: len(_runs(said))]
    if [conversation.role_of(run[0]) for run in ours] != [conversation.role_of(run[0]) for run in theirs]:
        return [*said]
    return [message for pair in zip(ours, theirs, strict=True) for message in _formed(*pair)]


def _formed(ours: Sequence[Json], theirs: Sequence[Json]) -> Sequence[Json]:
    form = [text for each in theirs for text in conversation.texts_of(each)]
    if not any(each.strip() for each in form):
        return ours
    texts = _parted([text for each in ours for text in conversation.texts_of(each)], form)
    return [conversation.with_texts(each, texts) for each in theirs]


def _parted(texts: Sequence[str], form: Sequence[str]) -> Iterator[str]:
    """The texts in as many parts as `form` has; where they are others, between words, each about as long for its part
    of the whole."""
    if [bool(each.strip()) for each in texts] == [bool(each.strip()) for each in form]:
        yield from texts
        return
    words = _SPACED.findall("\n".join(texts))
    whole, at, length = max(1, sum(map(len, form))), 0, 0
    for number, part in enumerate(form, start=1):
        length += len(part)
        least = at + bool(part.strip())
        most = len(words) - sum(bool(each.strip()) for each in form[number:])
        end = min(max(least, round(len(words) * length / whole)), max(at, most))
        yield "".join(words[at:end])
        at = end


def _runs(said: Iterable[Json]) -> list[list[Json]]:
    """What one speaker said after another, in however many messages."""
    return [[*run] for _, run in groupby(said, key=conversation.role_of)]


def _beside(real: ScrubbedQuery, said: Sequence[Json], cover: Cover) -> Cover:
    """System prompts as the real query has them, at their places before its first turn."""
    system: list[Json] = [each for each in _messages(real) if conversation.role_of(each) not in _SPOKEN]
    return Cover(replace(cover.query, payload={**real.payload, "messages": [*system, *said]}), cover.source)


def _begins(said: Sequence[Json]) -> list[int]:
    roles = [conversation.role_of(each) for each in said]
    return [at for at, role in enumerate(roles) if role == "user" and (not at or roles[at - 1] != "user")]


def _messages(query: ScrubbedQuery) -> list[Json]:
    messages = query.payload.get("messages")
    return messages if isinstance(messages, list) else []
