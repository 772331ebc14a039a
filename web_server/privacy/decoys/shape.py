"""What a cover has in common with the real query: its coarse cell, and the frame it is written in.

Called by `covers` and by whoever keeps a pool. A cell is coarse on purpose: members of a batch are drawn from the real
query's cell evenly, never by nearness, or the real one would be the one that all others are close to. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from web_server.privacy import kinds, names
from web_server.privacy.cases import cased
from web_server.privacy.decoys import conversation
from web_server.privacy.decoys.template import Piece, Pieces, Slot
from web_server.privacy.draw import Draw
from web_server.privacy.language import language_of
from web_server.privacy.ledger import Ledger
from web_server.privacy.lexicon import Hit
from web_server.privacy.spelling import LETTERS_OR_DIGITS
from web_server.privacy.tags import is_tag
from web_server.privacy.words import WORD
from web_server.query import ScrubbedQuery

FORMATS: Final = ("code", "data", "letter", "rewriting", "question", "task")

_CODE = re.compile(
    r"```|[;{}][ \t]{0,8}$|^[ \t]{0,40}(?:def|class|import|from|return|public|const|let|var|function|SELECT|#include)\b"
    r"|=>|\)\s{0,8}\{",
    re.M,
)
_DATA = re.compile(
    r"^[ \t]{0,40}[\[{]\s{0,40}[\"\[{]|\"\s{0,8}:\s{0,8}[\"\d\[{]|^(?:[^,\t|\n]*[,\t|]){3}",
    re.M,
)
_LETTER = re.compile(
    r"(?im)^(?:subject|betreff|objet|asunto|oggetto|onderwerp)\s{0,8}:|^[ \t]{0,40}(?:dear|hi|hello|hallo|liebe[r]?"
    r"|sehr geehrte|bonjour|cher|chère|hola|estimad[oa]|ciao|gentile|beste|geachte)\s{1,8}[\w. ]{2,40},"
    r"|\b(?:e-?mail|letter|brief|lettre|carta|lettera)\b"
)
_REWRITING = re.compile(
    r"(?i)\b(?:rewrite|rephrase|reword|paraphrase|proofread|improve|revise|correct|summari[sz]e|translate|shorten"
    r"|umschreib\w*|korrigier\w*|verbesser\w*|übersetz\w*|fass\w* .{0,40}zusammen|réécri\w*|corrige\w*|traduis\w*"
    r"|résume\w*|reescrib\w*|corrig\w*|traduc\w*|resum\w*|riscriv\w*|tradu\w*|riassum\w*|herschrijf\w*|verbeter\w*"
    r"|vertaal\w*|vat .{0,40}samen)\b"
)
_ASKS = re.compile(
    r"(?i)\?\s*$|^\W*(?:what|who|when|where|which|why|how|is|are|can|could|do|does|did|should|was|wer|wann|wo|welche\w*"
    r"|warum|wie|kann|que|quoi|qui|quand|où|comment|pourquoi|quel\w*|qué|quién|cuándo|dónde|cómo|por qué|cosa|chi"
    r"|quando|dove|come|perché|wat|wie|wanneer|waar|hoe|waarom)\b"
)
_PEOPLE = frozenset({kinds.PERSON, kinds.EMAIL_ADDRESS, kinds.PHONE_NUMBER, kinds.USERNAME})
_NAMING = frozenset({kinds.PERSON, kinds.EMAIL_ADDRESS})


@dataclass(frozen=True, slots=True)
class Shape:
    """Of one query. Equal cells are interchangeable; the frame is the real query's own, and is never kept."""

    language: str
    """One of the six that are told apart, or nothing."""
    format: str
    """One of FORMATS."""
    length: int
    """Of the last turn: which power of two its characters are closest to."""
    turns: int
    """Texts in the conversation, the provider's included."""
    holds: str
    """`people`, `values` or `nothing`: which surrogates are in it."""
    goes_on: bool = field(compare=False, default=False)
    """Whether it is a turn that the provider hears after others."""
    frame: tuple[Pieces, ...] = field(repr=False, compare=False, default=())

    @staticmethod
    def of(real: ScrubbedQuery, ledger: Ledger) -> Shape:
        """The shape of a query that can be covered; `ledger` is its own, and tells what in it are surrogates."""
        return Shape.of_frame(frame([text for _, text in conversation.turns(real)], ledger))

    @staticmethod
    def of_frame(turns: Sequence[Pieces]) -> Shape:
        """The shape of texts whose surrogates are known."""
        text = "".join(each if isinstance(each, str) else each.like for each in turns[-1])
        held = {each.kind for turn in turns for each in turn if isinstance(each, Slot)}
        return Shape(
            language=language_of(frozenset(WORD.findall(text.lower()))),
            format=_format(text),
            length=max(1, len(text)).bit_length(),
            turns=len(turns),
            holds="people" if held & _PEOPLE else "values" if held else "nothing",
            frame=tuple(turns),
        )

    @property
    def cell(self) -> str:
        """The name of the cell, for an index."""
        return f"{self.language or '-'}.{self.format}.{self.length}.{self.turns}.{self.holds}"


def frame(texts: Sequence[str], ledger: Ledger) -> tuple[Pieces, ...]:
    """Scrubbed texts with their ledger's surrogates as slots.

    A first name's likeness is a common first name, since a rare one alone would be taken for a family's; in addresses
    the same one stands, so that they agree with the people still, of whichever turn these are.
    """
    common: dict[str, str] = {}
    turns = [_pieces(text, ledger, common) for text in texts]

    def agreed(piece: Piece) -> Piece:
        if isinstance(piece, str) or piece.kind == kinds.PERSON or piece.tag:
            return piece
        like = LETTERS_OR_DIGITS.sub(lambda word: common.get(word[0].lower(), word[0]), piece.like)
        return piece._replace(like=like)

    return tuple(tuple(map(agreed, turn)) for turn in turns)


def _first_names(hit: Hit, surface: str) -> Iterator[tuple[str, str]]:
    """Each first name that a surrogate stands for, or that is in an address: (the surrogate's word, its likeness)."""
    words, ours = [hit.form.value], [surface]
    if hit.form.kind != kinds.PERSON:
        words, ours = (
            LETTERS_OR_DIGITS.findall(each.partition("@")[0]) for each in (hit.form.replacement(surface), surface)
        )
    for word, our in zip(words, ours, strict=False) if len(words) == len(ours) else ():
        if names.is_given(word):
            yield our.lower(), names.known_like(word, Draw(b"likeness", our.lower())).lower()


def _pieces(text: str, ledger: Ledger, common: dict[str, str]) -> list[Piece]:
    made: list[Piece] = []
    at = 0
    for hit in ledger.surrogates.all(text):
        if hit.start < at:
            continue
        surface, gap = text[hit.start : hit.end], text[at : hit.start]
        like, last = surface, made[-1] if made else ""
        if hit.form.kind in _NAMING and not is_tag(surface):
            common.update(_first_names(hit, surface))
            if hit.form.kind == kinds.PERSON and surface.lower() in common:
                like = cased(common[surface.lower()].capitalize(), surface)
        # A ledger keeps people word by word; the words of one name are one slot.
        if hit.form.kind == kinds.PERSON and isinstance(last, Slot) and last.kind == kinds.PERSON and gap == " ":
            made[-1] = Slot(kinds.PERSON, f"{last.like} {like}", last.tag)
        else:
            made += [each for each in (gap, Slot(hit.form.kind, like, is_tag(surface))) if each]
        at = hit.end
    if at < len(text) or not made:
        made.append(text[at:])
    return made


def _format(text: str) -> str:
    if _CODE.search(text):
        return "code"
    if _DATA.search(text):
        return "data"
    if _REWRITING.search(text[:300]) or _REWRITING.search(text[-200:]):
        return "rewriting"
    if _LETTER.search(text):
        return "letter"
    return "question" if _ASKS.search(text) else "task"
