"""The way back: surrogates in an answer become the real values again, delta by delta.

Called by `exchange` with the ledger that the shield filled. Never assigns anything, and never looks at a value that the
ledger does not hold: what a provider made up stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from web_server.privacy.lane import Lane
from web_server.privacy.ledger import Ledger
from web_server.query import Channel, Delta


class Restorer:
    """Restores one answer. Keeps one lane for each choice, channel and tool call, so that they may come interleaved.

    `json_content`: the caller asked for JSON, so values are put into the content escaped, as in tool arguments.
    """

    def __init__(self, ledger: Ledger, *, json_content: bool = False) -> None:
        self._lexicon = ledger.surrogates
        self._recollection = ledger.recollection
        self._is_own_host = ledger.is_own_host
        self._json_channels = {"tool", "content"} if json_content else {"tool"}
        self._lanes: dict[tuple[int, Channel, int], Lane] = {}

    def feed(self, delta: Delta) -> tuple[Delta, ...]:
        """The delta restored; none where all its text is held back, more where it lets go of others: where it is set
        apart from them, or its choice ends."""
        if self._lexicon.is_empty and self._recollection is None:
            return (delta,)
        if not delta.apart:
            return self._fed(delta)
        lanes = [key for key in self._lanes if key[0] == delta.choice]
        return (*(held for key in lanes for held in self._part(key)), *self._fed(delta))

    def _fed(self, delta: Delta) -> tuple[Delta, ...]:
        key = (delta.choice, delta.channel, delta.tool_index)
        if delta.thought is not None:
            return (*self._part(key), delta)
        text = delta.text
        if text:
            lane = self._lanes.get(key) or self._open(key)
            text = self._told(key, lane, lane.feed(text))
        flushed: tuple[Delta, ...] = ()
        if delta.finish_reason is not None:
            flushed = self._flush(delta.choice)
            if text and flushed:  # what this delta itself carries comes before what its lane held back
                flushed, text = (replace(delta, text=text, finish_reason=None, usage=None), *flushed), ""
                delta = replace(delta, tool_id=None, tool_name=None)
        name = None if delta.tool_name is None else self.text(delta.tool_name)
        if text == delta.text and name == delta.tool_name:
            return (*flushed, delta)
        rest = replace(delta, text=text, tool_name=name)
        says = text or name or rest.tool_id or rest.finish_reason or rest.usage
        return (*flushed, rest) if says else flushed

    def close(self) -> tuple[Delta, ...]:
        """What is still held back in any lane: the stream is over, or broke off."""
        return tuple(delta for choice in sorted({key[0] for key in self._lanes}) for delta in self._flush(choice))

    def text(self, text: str) -> str:
        """A whole text at once, such as a provider's error message."""
        lane = Lane(self._lexicon, self._is_own_host)
        return lane.feed(text) + lane.close()

    def keep(self) -> None:
        """What was said so far is remembered for when the caller sends it again, if the ledger was told to."""
        if self._recollection is not None:
            self._recollection.keep()

    def _told(self, key: tuple[int, Channel, int], lane: Lane, text: str) -> str:
        if text and self._recollection is not None:
            self._recollection.hear(key, text, lane.places, is_json=key[1] in self._json_channels)
        return text

    def _open(self, key: tuple[int, Channel, int]) -> Lane:
        lane = self._lanes[key] = Lane(
            self._lexicon, self._is_own_host, is_json=key[1] in self._json_channels, is_tool=key[1] == "tool"
        )
        return lane

    def _flush(self, choice: int) -> tuple[Delta, ...]:
        lanes = [key for key in self._lanes if key[0] == choice]
        return tuple(delta for key in lanes for delta in self._let_go(key))

    def _part(self, key: tuple[int, Channel, int]) -> Iterator[Delta]:
        """What one lane holds back so far: what comes in it next is set off."""
        lane = self._lanes.get(key)
        if lane is not None and (text := self._told(key, lane, lane.part())):
            yield Delta(choice=key[0], channel=key[1], text=text, tool_index=key[2])

    def _let_go(self, key: tuple[int, Channel, int]) -> Iterator[Delta]:
        """What one lane still holds back: nothing more comes in it."""
        lane = self._lanes.pop(key, None)
        if lane is not None and (text := self._told(key, lane, lane.close())):
            yield Delta(choice=key[0], channel=key[1], text=text, tool_index=key[2])
