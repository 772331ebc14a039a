"""The way out: a query in, what may be sent out, everything private replaced and written in the ledger.

Called by `exchange`, once a query, possibly in a worker thread. The one place that builds a `ScrubbedQuery`.
Never sends, keeps or logs anything. Fails closed: where a detector fails nothing comes out, and the error names no
value and carries no cause. The last look is `exchange`'s, on the very bytes that leave.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from web_server.privacy import kinds, names, spelling
from web_server.privacy.attachments import data_in
from web_server.privacy.errors import Blocked, PrivacyError, ShieldFailure
from web_server.privacy.ledger import Ledger
from web_server.privacy.lexicon import Hit, whole_words
from web_server.privacy.links import hosts_in
from web_server.privacy.memory import MOST, Memory
from web_server.privacy.obfuscation.quasi import QuasiFinder, ages_again, generalising
from web_server.privacy.obfuscation.turns import each_turn
from web_server.privacy.obfuscation.uniform import uniform
from web_server.privacy.policy import Policy, Treatment
from web_server.privacy.spans import START, Finder, Replacement, Span, applied
from web_server.privacy.walk import Slot, walk
from web_server.privacy.wanted import still_wanted
from web_server.query import PrivacyFlags, Query, ScrubbedQuery

# People first, so that the mail addresses and URLs that hold their names agree with them.
_ORDER = {kinds.PERSON: 0, kinds.EMAIL_ADDRESS: 1}
_SAYS = re.compile(r"[^\W_]")
_NO_IDENTIFIER = re.compile(r"[^A-Za-z0-9_-]")
_SPOKEN_ROLES = frozenset({"user", "assistant", "system", "example_user", "example_assistant"})

ELSEWHERE = "elsewhere"
"""The reason of what no detector found in its place: the ledger knows the value from another."""

RECALLED = "recalled"
"""The reason of what stood in an answer as a surrogate, and was put back there."""

Told = Callable[[Slot, Sequence[Replacement]], None]
"""Is handed what was replaced in each string, in order: for those who show a caller his own text."""


class Shield:
    """Hides what `finder` finds, as `policy` says."""

    def __init__(self, finder: Finder, policy: Policy, remembered: int = MOST) -> None:
        """`remembered`: how many texts and spans in them; 0 reads a history that is sent again anew."""
        self._finder = finder
        self._memory = Memory(finder, remembered)
        self._policy = policy
        self._generalising: dict[bool, Shield] = {}
        names.warm()

    def protect(
        self, query: Query, ledger: Ledger, owner: str | None = None, told: Told | None = None
    ) -> ScrubbedQuery:
        """The query with its private values replaced; the ledger then holds all of them.

        `owner`: whose history it may resend; what was found in it is then remembered. None: nothing is.
        Raises `Blocked`, `Unreadable` or `ShieldFailure`. With `pii_removal` off, fields that link the caller are
        still left out and unreadable parts still refused; whether off is allowed is for `exchange` to say.
        """
        try:
            return self._protect(query, ledger, owner, told)
        except PrivacyError:
            raise
        except Exception as error:
            failure = ShieldFailure("the shield failed; nothing was sent").with_traceback(error.__traceback__)
        raise failure  # out here it carries the place but no context, whose message may hold text

    def spans(self, text: str) -> list[Span]:
        """What is private in one text of a caller's, whatever is done with it; for one that `protect` has blocked."""
        return list(self._spans(Slot(text), None))

    def _protect(self, query: Query, ledger: Ledger, owner: str | None, told: Told | None) -> ScrubbedQuery:
        level = query.flags.obfuscate
        if level == "none":
            return self._hide(query, ledger, owner, told)
        shield = self
        if level != "format":
            shield = self._at_quasi(query.flags.pii_removal)
            query = replace(query, flags=PrivacyFlags(attached=query.flags.attached))
        scrubbed = shield._hide(query, ledger, owner, told)
        payload = each_turn(scrubbed.payload, lambda text: shield._uniform(text, ledger))
        return replace(scrubbed, payload=payload, obfuscated="format" if level == "format" else "quasi")

    def _at_quasi(self, pii_removal: bool) -> Shield:
        """This shield where exact values are generalised. Made when first asked for; a second one made at the same
        time in another thread does no harm."""
        if pii_removal not in self._generalising:
            policy = generalising(self._policy, pii_removal=pii_removal)
            finder = QuasiFinder(self._finder if pii_removal else None, self._policy)
            self._generalising[pii_removal] = Shield(finder, policy, self._memory.most)
        return self._generalising[pii_removal]

    def _uniform(self, text: str, ledger: Ledger) -> str:
        """A scrubbed text in the uniform format; what only now reads like an original is hidden too."""
        made = uniform(text, lambda text: ((hit.start, hit.end) for hit in ledger.surrogates.all(text)))
        if made == text or next(ledger.originals.all(made), None) is None:
            return made
        return applied(made, self._spread(made, 0, ledger))

    def _hide(self, query: Query, ledger: Ledger, owner: str | None, told: Told | None) -> ScrubbedQuery:
        slots: list[Slot] = []

        def read(slot: Slot) -> str:
            if slot.use == "data":
                ledger.as_written |= {slot.text, data_in(slot.text)}
            else:
                slots.append(slot)
            return slot.text

        knows = ledger.recollection.knows if ledger.recollection else lambda _: False
        attached = query.flags.attached
        payload = walk(query.payload, read, knows, attached)
        hosts = {host for slot in slots if slot.author == "caller" for host in hosts_in(slot.text)}
        ledger.meet((slot.text for slot in slots), hosts, _new_words(slots))
        if not query.flags.pii_removal:
            return ScrubbedQuery(query.model, payload, query.stream, {})
        found = self._find(slots, ledger, owner)
        if self._policy.treatment(kinds.AGE) is not Treatment.KEEP:
            found = ages_again(found)
        self._refuse_blocked(found)
        entities = self._assign(found, ledger)
        ledger.hide_other_spellings()
        turns = {slot: self._as_written(slot, ledger) for slot in slots if slot.use == "recalled"}

        def scrub(slot: Slot) -> str:
            if slot.use == "data":
                return slot.text
            return self._scrub(slot, found.get(slot, ()), ledger, told, turns.get(slot))

        payload = walk(query.payload, scrub, knows, attached)
        return ScrubbedQuery(query.model, payload, query.stream, entities)

    def _find(self, slots: list[Slot], ledger: Ledger, owner: str | None) -> dict[Slot, Sequence[Span]]:
        found: dict[Slot, Sequence[Span]] = {}
        names_hidden = self._policy.treatment(kinds.PERSON) is not Treatment.KEEP
        for slot in slots:
            if slot in found or slot.use in {"id", "recalled"} or not slot.text:
                continue
            own = list(ledger.surrogates.all(slot.text))
            spans = [span for span in self._spans(slot, owner) if not _overlaps(span, own)]
            if slot.participant and names_hidden and not spans and not own and slot.text.lower() not in _SPOKEN_ROLES:
                spans = [Span(0, len(slot.text), kinds.PERSON, reason="participant")]
            found[slot] = spans
        return found

    def _spans(self, slot: Slot, owner: str | None) -> Iterator[Span]:
        lead = f"{slot.label}: " if slot.label else ""
        text = lead + (slot.text.replace("_", " ") if slot.use == "name" else slot.text)
        last: Span | None = None
        found = self._memory.find(text, owner)
        for span in sorted(found, key=START):  # that they are settled is the finder's promise, and not relied upon
            if not 0 <= span.start <= span.end <= len(text):
                raise ValueError("a finding outside of its text")
            start, end = span.start - len(lead), span.end - len(lead)
            if end > 0 and self._policy.treatment(span.kind) is not Treatment.KEEP:
                start, end = whole_words(slot.text, *_within_space(slot.text, max(0, start), end))
                if start >= end:
                    continue
                if last and start < last.end:  # two findings inside one word
                    kept = span if self._policy.treatment(span.kind) is Treatment.BLOCK else last
                    last = kept.moved(last.start, max(end, last.end))
                    continue
                if last:
                    yield last
                last = span.moved(start, end)
        if last:
            yield last

    def _refuse_blocked(self, found: dict[Slot, Sequence[Span]]) -> None:
        seen = {span.kind for spans in found.values() for span in spans}
        if blocked := frozenset(kind for kind in seen if self._policy.treatment(kind) is Treatment.BLOCK):
            raise Blocked(blocked)

    def _assign(self, found: dict[Slot, Sequence[Span]], ledger: Ledger) -> dict[str, int]:
        values = [(span.kind, _value(slot, span)) for slot, spans in found.items() for span in spans]
        turns: dict[tuple[int, bool], list[tuple[str, str]]] = {}
        for each in dict.fromkeys(values):
            turns.setdefault(_turn(each), []).append(each)
        for turn in sorted(turns):
            for kind, value in turns[turn]:
                still_wanted()
                ledger.assign(kind, value, self._policy.treatment(kind))
        distinct = {(kind, spelling.same_value(kind, value)) for kind, value in values}
        return dict(sorted(Counter(kind for kind, _ in distinct).items()))

    def _scrub(
        self,
        slot: Slot,
        spans: Sequence[Span],
        ledger: Ledger,
        told: Told | None,
        written: Sequence[Replacement] | None = None,
    ) -> str:
        """The slot's text with its spans replaced, and between them whatever the ledger knows from elsewhere."""
        replaced = list(self._replaced(slot, spans, ledger)) if written is None else written
        if told is not None:
            told(slot, replaced)
        scrubbed = applied(slot.text, replaced)
        if written is not None:
            ledger.as_written.add(scrubbed)
        if slot.use == "name" and scrubbed != slot.text:
            scrubbed = _NO_IDENTIFIER.sub("_", scrubbed.strip("[]"))
            ledger.rename(slot.text, scrubbed)
        return scrubbed

    def _replaced(self, slot: Slot, spans: Sequence[Span], ledger: Ledger) -> Iterator[Replacement]:
        at = 0
        for span in spans:
            still_wanted()
            yield from self._spread(slot.text[at : span.start], at, ledger)
            surrogate = ledger.assign(span.kind, _value(slot, span), self._policy.treatment(span.kind))
            yield Replacement(span.start, span.end, span.kind, span.score, span.reason, surrogate)
            at = span.end
        yield from self._spread(slot.text[at:], at, ledger)

    def _as_written(self, slot: Slot, ledger: Ledger) -> list[Replacement]:
        """A turn of the provider's as it wrote it: surrogates where values were put in, and nothing else replaced."""
        known = ledger.recollection.find(slot.text) if ledger.recollection else None
        made = []
        for start, end, kind in known.places if known else ():
            value = slot.text[start:end]
            if known and known.is_json:
                value = _unescaped(value)
            hit = ledger.originals.next(value, 0, final=True)
            treatment = self._policy.treatment(kind)
            if isinstance(hit, Hit) and (hit.start, hit.end) == (0, len(value)):
                surrogate = ledger.respell(hit.form, value, treatment)
            elif kind in kinds.ALL and treatment is not Treatment.KEEP:
                surrogate = ledger.assign(kind, value, treatment)
            else:
                surrogate = applied(value, list(self._spread(value, 0, ledger)))
            if known and known.is_json:
                surrogate = json.dumps(surrogate, ensure_ascii=False)[1:-1]
            made.append(Replacement(start, end, kind, 1.0, RECALLED, surrogate))
        return made

    def _spread(self, text: str, offset: int, ledger: Ledger) -> Iterator[Replacement]:
        """The ledger's originals in a stretch of text; surrogates that stand in it already are left alone."""
        if not _SAYS.search(text):
            return
        hits = list(ledger.originals.all(text))
        own = list(ledger.surrogates.all(text)) if hits else []
        for hit in hits:
            if any(hit.start < other.end and other.start < hit.end for other in own):
                continue
            surface = text[hit.start : hit.end]
            surrogate = ledger.respell(hit.form, surface, self._policy.treatment(hit.form.kind))
            yield Replacement(offset + hit.start, offset + hit.end, hit.form.kind, 1.0, ELSEWHERE, surrogate)


def _new_words(slots: Sequence[Slot]) -> list[str]:
    """What the caller says now: what comes after the provider's last turn. Earlier turns may hold our surrogates."""
    answered = max((index for index, slot in enumerate(slots) if slot.author == "provider"), default=-1)
    return [slot.text for slot in slots[answered + 1 :] if slot.author == "caller"]


def _unescaped(value: str) -> str:
    """A part of a JSON string as what it says; as it is where it says nothing."""
    try:
        return str(json.loads(f'"{value}"'))
    except ValueError:
        return value


def _turn(found: tuple[str, str]) -> tuple[int, bool]:
    """Who is assigned first. A title that is somebody's whole name goes before the names that it stands in."""
    kind, value = found
    return _ORDER.get(kind, 2), kind != kinds.PERSON or not spelling.is_filler(value)


def _within_space(text: str, start: int, end: int) -> tuple[int, int]:
    """Without white space at the ends, which a model would not repeat as part of the surrogate."""
    value = text[start:end]
    return end - len(value.lstrip()), start + len(value.rstrip())


def _value(slot: Slot, span: Span) -> str:
    return slot.text[span.start : span.end]


def _overlaps(span: Span, hits: list[Hit]) -> bool:
    return any(span.start < hit.end and hit.start < span.end for hit in hits)
