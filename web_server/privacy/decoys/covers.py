"""Cover queries for a real one: chosen, and dressed with surrogates of their own.

Called by whoever sends a batch. What a cover shares with the real query: model, parameters, streaming, system prompt,
the number of its turns; what it never shares: a surrogate, or the whole text. Choosing and dressing
are two steps: of a query that is asked again the same templates must be chosen, and dressed afresh as the real one is.
Pure: where it draws, it draws from the generator that is handed in. Never sends.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

from web_server.privacy.decoys import conversation
from web_server.privacy.decoys.shape import Shape
from web_server.privacy.decoys.sources import Origin, Source
from web_server.privacy.decoys.template import Template, Words, words_of
from web_server.privacy.ledger import Ledger
from web_server.query import Json, ScrubbedQuery

_SPARE = 2


class Chosen(NamedTuple):
    """A template, and where it is from. To be remembered for a query that may be asked again."""

    template: Template
    source: Origin


class Cover(NamedTuple):
    """A query that may be sent in the real one's company."""

    query: ScrubbedQuery
    source: Origin


def choose(
    real: ScrubbedQuery,
    ledger: Ledger,
    count: int,
    sources: Sequence[Source],
    rng: random.Random,
    *,
    but: Collection[Words] = (),
    goes_on: bool = False,
) -> tuple[Chosen, ...]:
    """Up to `count` templates for a real query whose ledger this is, of the first source first; each text once, and
    none of those in `but`. `goes_on`: the query is a turn after others.

    None at all where `conversation.uncoverable` says why there can be none.
    """
    if count < 1 or conversation.uncoverable(real) is not None:
        return ()
    shape = replace(Shape.of(real, ledger), goes_on=goes_on)
    taken = {words_of(Template(shape.frame).texts()), *but}
    chosen: list[Chosen] = []
    for source in sources:
        wanted = count - len(chosen)
        if not wanted:
            break
        fresh = random.Random(rng.randbytes(16))  # noqa: S311 - what it draws from is keyed; the same draws each time
        for template in source.draw(shape, wanted + _SPARE + len(but), fresh):
            words = words_of(template.texts())
            if len(chosen) < count and len(template.turns) == shape.turns and words not in taken:
                taken.add(words)
                chosen.append(Chosen(template, source.name))
    return tuple(chosen)


def dress(chosen: Chosen, real: ScrubbedQuery, seed: bytes, earlier: Sequence[Template] = ()) -> Cover:
    """The cover that a template makes beside a real query. `seed`, 16 bytes or more, decides its surrogates, which are
    those of its `earlier` turns.

    The template has as many turns as the query: `choose` sees to it.
    """
    payload = conversation.with_turns(real.payload, iter(chosen.template.dressed(seed, earlier)))
    return Cover(_beside(real, payload, chosen.template), chosen.source)


def covers(
    real: ScrubbedQuery, ledger: Ledger, count: int, sources: Sequence[Source], rng: random.Random
) -> tuple[Cover, ...]:
    """Up to `count` covers: `choose`, then `dress`, for a query that is not going to be asked again."""
    return tuple(dress(each, real, rng.randbytes(32)) for each in choose(real, ledger, count, sources, rng))


def _beside(real: ScrubbedQuery, payload: dict[str, Json], template: Template) -> ScrubbedQuery:
    """Of the same model, parameters and streaming."""
    kinds = sorted(slot.kind for slot in set(template.slots()))
    return ScrubbedQuery(real.model, payload, real.stream, {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)})
