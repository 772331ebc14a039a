"""What the Lua scripts promise, said once more in plain Python: one pool, its rests, minutes, leases and bindings."""

from __future__ import annotations

from dataclasses import dataclass, field

from key_server.pool.cooldown import OUTCOMES, OUTCOMES_FAILED, RESTS, Failure


@dataclass
class HeldLease:
    endpoint: str
    model: str
    ends: int
    taken: int
    tokens: int


@dataclass
class HeldBinding:
    endpoint: str
    model: str
    ttl: int
    ends: int
    left: int


@dataclass
class Circuit:
    outcomes: str = ""
    open: int = 0
    opened: int = 0
    probe: str = ""
    forget: int = 0


@dataclass
class Model:
    slots: int
    rpm: int
    tpm: int
    lease_ms: int
    now: int
    leases: dict[str, HeldLease] = field(default_factory=dict)
    bindings: dict[str, HeldBinding] = field(default_factory=dict)
    buckets: dict[str, dict[int, list[int]]] = field(default_factory=dict)
    leased: dict[str, list[tuple[int, int]]] = field(default_factory=dict)  # every moment and its tokens, for ever
    rests: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)  # (endpoint, kind) -> end, how many
    circuits: dict[str, Circuit] = field(default_factory=dict)

    def to(self, now: int) -> None:
        self.now = now
        self.leases = {key: each for key, each in self.leases.items() if each.ends > now}
        self.bindings = {key: each for key, each in self.bindings.items() if each.ends > now}

    def used(self, endpoint: str) -> int:
        held = sum(each.endpoint == endpoint for each in self.leases.values())
        return held + sum(each.left for each in self.bindings.values() if each.endpoint == endpoint)

    def minute(self, endpoint: str) -> dict[int, list[int]]:
        first = self.now // 1000 - 60
        return {second: sums for second, sums in self.buckets.get(endpoint, {}).items() if second >= first}

    def circuit(self, endpoint: str) -> Circuit:
        found = self.circuits.get(endpoint)
        if found is None or found.forget <= self.now:
            found = self.circuits[endpoint] = Circuit()
        return found

    def rest(self, endpoint: str, model: str) -> tuple[int, bool]:
        """How long, and whether for more than the provider's limits."""
        ends = {kind: self.rests.get((endpoint, kind), (0, 0))[0] for kind in ("limited", "refused", model)}
        ends["open"] = self.circuit(endpoint).open
        left = {kind: end - self.now for kind, end in ends.items() if end > self.now}
        return max(left.values(), default=0), bool(left.keys() - {"limited"})

    def half_open(self, endpoint: str) -> bool:
        return 0 < self.circuit(endpoint).open <= self.now

    def standing(self, endpoint: str, model: str, tokens: int, need: int = 1) -> tuple[str, int]:
        """ "" if it can be used, or why not; and the wait that is known."""
        wait, tired = self.rest(endpoint, model)
        probing = self.half_open(endpoint) and self.circuit(endpoint).probe in self.leases
        spent_for = self.until_room(endpoint, min(tokens, self.tpm))
        if wait or probing:
            return ("resting" if tired or probing else "limited"), max(wait, spent_for)
        if spent_for:
            return "spent", spent_for
        return ("busy" if self.used(endpoint) + need > self.slots else ""), 0

    def until_room(self, endpoint: str, tokens: int) -> int:
        sums = self.minute(endpoint)
        wait = 0
        for second in (None, *sorted(sums)):
            if second is not None:
                del sums[second]
                wait = (second + 61) * 1000 - self.now
            requests = sum(each[0] for each in sums.values())
            if requests < self.rpm and sum(each[1] for each in sums.values()) + tokens <= self.tpm:
                return wait
        raise AssertionError("an empty minute has room")

    def take(self, lease_id: str, endpoint: str, model: str, tokens: int) -> None:
        tokens = min(tokens, self.tpm)
        second = self.buckets.setdefault(endpoint, {}).setdefault(self.now // 1000, [0, 0])
        second[0], second[1] = second[0] + 1, second[1] + tokens
        self.leased.setdefault(endpoint, []).append((self.now, tokens))
        if self.half_open(endpoint):
            self.circuit(endpoint).probe = lease_id
        self.leases[lease_id] = HeldLease(endpoint, model, self.now + self.lease_ms, self.now, tokens)

    def release(self, lease_id: str, *, answered: bool) -> None:
        held = self.leases.pop(lease_id)
        if not answered:
            return
        for kind in ("limited", "refused", held.model):
            if self.rests.get((held.endpoint, kind), (held.taken + 1, 0))[0] <= held.taken:
                del self.rests[held.endpoint, kind]
        circuit = self.circuits.get(held.endpoint, Circuit())
        if circuit.outcomes:
            circuit.outcomes = (circuit.outcomes + ".")[-OUTCOMES:]
        if (circuit.open and circuit.probe == lease_id) or (not circuit.open and "x" not in circuit.outcomes):
            self.circuits.pop(held.endpoint, None)

    def fail(self, lease_id: str, failure: Failure, wish: int) -> int:
        held, rest = self.leases.pop(lease_id), RESTS[failure]
        kinds = {Failure.LIMITED: "limited", Failure.REFUSED: "refused", Failure.FORBIDDEN: held.model}
        if failure in kinds:
            end, times = self.rests.get((held.endpoint, kinds[failure]), (0, 0))
            times = 0 if end + rest.memory_ms < self.now else times
            times += times == 0 or held.taken >= end
            lasts = min(wish or rest.first_ms * 2 ** min(times - 1, 20), rest.longest_ms)
            self.rests[held.endpoint, kinds[failure]] = max(end, self.now + lasts), times
        else:
            circuit = self.circuit(held.endpoint)
            circuit.outcomes = (circuit.outcomes + "x")[-OUTCOMES:]
            trips = circuit.outcomes.count("x") >= OUTCOMES_FAILED
            if circuit.opened:
                trips = circuit.open <= self.now and circuit.probe == lease_id
            if trips:
                circuit.open = self.now + min(rest.first_ms * 2 ** min(circuit.opened, 20), rest.longest_ms)
                circuit.opened += 1
                circuit.probe = ""
            circuit.forget = max(self.now, circuit.open) + rest.memory_ms
        return self.rest(held.endpoint, held.model)[0]

    def settle(self, endpoint: str, second: int, difference: int) -> bool:
        found = self.minute(endpoint).get(second)
        if found:
            found[1] = max(0, found[1] + difference)
        return bool(found)

    def move(self, binding: HeldBinding, endpoint: str) -> None:
        kept, binding.left = binding.left, 0
        binding.left = max(0, min(kept, self.slots - self.used(endpoint)))
        binding.endpoint, binding.ends = endpoint, self.now + binding.ttl
