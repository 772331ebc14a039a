"""The router's figures for Prometheus: counters and histograms of all workers that share a Redis, as text.

Counted by `access`, the gate and the doors; added up through `tally`, so that whichever worker is asked answers for all
of them. While Redis is away they wait, and the page says `llmvpn_redis_up 0` without them.
Never: a caller, a model, a path as it was typed. Labels come from fixed lists and route templates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from web_server.usage.tally import Tally, place

PLACE = place("metrics")
FAMILIES: Mapping[str, tuple[str, str]] = {
    "requests_total": ("counter", "Requests by method, route template and status."),
    "request_seconds": ("histogram", "Time until the end of an answer, by route template."),
    "first_token_seconds": ("histogram", "Time until the first piece of an answer came from the provider."),
    "errors_total": ("counter", "Answers that were an error, by code."),
    "limited_total": ("counter", "Calls that a limit forbade, by limit."),
    "tokens_total": ("counter", "Tokens that answers used, in and out."),
    "decoys_total": ("counter", "Covers that were sent, by source and outcome."),
    "decoy_tokens_total": ("counter", "Tokens of covers and of inventing them, in and out; no other figure has them."),
    "decoys_missing_total": ("counter", "Covers that were asked for and did not go, by reason."),
    "privacy_busy_total": ("counter", "Queries refused because too many long ones waited to be protected."),
}
BUCKETS_MS = (5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000)


class Metrics:
    """Counts into a tally."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def count(self, family: str, number: int = 1, **labels: str) -> None:
        """Add to a counter."""
        self._tally.add(PLACE, _field(family, labels), number)

    def time(self, family: str, seconds: float, **labels: str) -> None:
        """Put a duration into a histogram."""
        ms = max(0, round(seconds * 1000))
        bucket = next((str(most) for most in BUCKETS_MS if ms <= most), "+Inf")
        self._tally.add(PLACE, _field(family, {**labels, "le": bucket}), 1)
        self._tally.add(PLACE, _field(family, {**labels, "sum": "ms"}), ms)

    async def text(self, gauges: Mapping[str, bool]) -> str:
        """Prometheus' text format, 0.0.4. Raises Away."""
        await self._tally.flush()
        fields = {field: int(value) for field, value in (await self._tally.read(PLACE)).items()}
        return "\n".join((*_lines(fields), *gauge_lines(gauges))) + "\n"


def gauge_lines(gauges: Mapping[str, bool]) -> Iterator[str]:
    """What is so at this moment, as this worker sees it."""
    for name, value in gauges.items():
        yield f"# TYPE llmvpn_{name} gauge"
        yield f"llmvpn_{name} {int(value)}"


def _field(family: str, labels: Mapping[str, str]) -> str:
    return family + "".join(f"|{name}={value}" for name, value in labels.items())


def _lines(fields: Mapping[str, int]) -> Iterator[str]:
    for family, (kind, help_) in FAMILIES.items():
        yield f"# HELP llmvpn_{family} {help_}"
        yield f"# TYPE llmvpn_{family} {kind}"
        series: dict[str, dict[str, int]] = {}
        for field, value in sorted(fields.items()):
            name, *labels = field.split("|")
            if name != family:
                continue
            pairs = dict(label.split("=", 1) for label in labels)
            part = pairs.pop("le", None) or ("sum" if pairs.pop("sum", None) else "")
            series.setdefault(",".join(f'{key}="{value}"' for key, value in pairs.items()), {})[part] = value
        for labels_text, parts in series.items():
            if kind == "counter":
                yield f"llmvpn_{family}{{{labels_text}}} {parts['']}" if labels_text else f"llmvpn_{family} {parts['']}"
            else:
                yield from _histogram(f"llmvpn_{family}", labels_text, parts)


def _histogram(name: str, labels: str, parts: Mapping[str, int]) -> Iterator[str]:
    before = f"{labels}," if labels else ""
    within = f"{{{labels}}}" if labels else ""
    counted = 0
    for most in BUCKETS_MS:
        counted += parts.get(str(most), 0)
        yield f'{name}_bucket{{{before}le="{most / 1000:g}"}} {counted}'
    counted += parts.get("+Inf", 0)
    yield f'{name}_bucket{{{before}le="+Inf"}} {counted}'
    yield f"{name}_sum{within} {parts.get('sum', 0) / 1000:g}"
    yield f"{name}_count{within} {counted}"
