"""The scripts against a plain model of them, step by step, under a simulated clock and a real Redis."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from key_server.pool.cooldown import RESTS, Failure
from key_server.store.bindings import Bound
from key_server.store.pool import Astray, Leased, Unleased, Wanted
from tests.support.pool import EPOCH_MS, offer, stand, wanted
from tests.support.pool_model import HeldBinding, Model

POOL = ("ep_a", "ep_b")
SLOTS, RPM, TPM, LEASE_MS = 3, 8, 100, 30_000
LIMITS = {"rpm": RPM, "tpm": TPM}
models, endpoints = st.sampled_from(["m", "n"]), st.sampled_from(POOL)
estimates = st.sampled_from([0, 1, 30, 60, 100, 500])
chances = st.floats(0, 1, exclude_max=True)
bindings = st.sampled_from(["b1", "b2"])


class PoolMachine(RuleBasedStateMachine):
    url: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.stack = AsyncExitStack()
        self.at = self.run(self.stack.enter_async_context(stand(self.url, lease_ttl_s=LEASE_MS / 1000)))
        self.model = Model(SLOTS, RPM, TPM, LEASE_MS, EPOCH_MS)
        self.numbers = itertools.count()
        self.settled: set[str] = set()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.loop.close()

    def wanted(self, model: str, tokens: int = 0) -> Wanted:
        return Wanted("p", model, SLOTS, tokens)

    def held(self, data: st.DataObject) -> str:
        return str(data.draw(st.sampled_from(sorted(self.model.leases))))

    def agrees(self, found: object, lease_id: str, ids: tuple[str, ...], model: str, tokens: int) -> str:
        """The store's answer is one that the model allows; the endpoint that was leased."""
        standings = {each: self.model.standing(each, model, tokens) for each in ids}
        if isinstance(found, Leased):
            assert standings[found.endpoint_id] == ("", 0)
            assert (found.reserved_tokens, found.taken_at_s) == (min(tokens, TPM), self.model.now // 1000)
            self.model.take(lease_id, found.endpoint_id, model, tokens)
            return found.endpoint_id
        whys = [why for why, _ in standings.values()]
        waits = [wait for _, wait in standings.values() if wait]
        assert found == Unleased("", "busy" in whys, "spent" in whys, "resting" in whys, min(waits, default=0))
        return ""

    @rule(ms=st.sampled_from([1, 400, 999, 1_000, 1_001, 2_000, 7_000, 30_000, 59_999, 60_000, 700_000, 3_600_000]))
    def time_passes(self, ms: int) -> None:
        self.run(self.at.after(ms))
        self.model.to(self.at.now_ms)

    @rule(endpoint=endpoints, model=models, tokens=estimates, early=st.sampled_from([0, 0, 1]))
    def just_so_much_time_passes_as_the_endpoint_said(self, endpoint: str, model: str, tokens: int, early: int) -> None:
        wait = self.model.standing(endpoint, model, tokens)[1]
        if wait:
            self.time_passes(wait - early)
            self.lease_one(model, tokens, [endpoint])

    @rule(endpoint=endpoints, answers=st.text("x.", min_size=3, max_size=4))
    def several_calls_end_one_after_the_other(self, endpoint: str, answers: str) -> None:
        for each in answers:
            lease_id = self.lease_one("m", 1, [endpoint])
            if lease_id in self.model.leases and each == "x":
                self.fail_one(lease_id, Failure.FAILED, 0)
            elif lease_id in self.model.leases:
                self.release_one(lease_id, answered=True)

    @rule(
        endpoint=endpoints, older_answers=st.booleans(), probe=st.sampled_from(["answers", "fails", "is left", "dies"])
    )
    def a_circuit_opens_and_is_probed(self, endpoint: str, older_answers: bool, probe: str) -> None:
        self.time_passes(61_000)
        older = self.lease_one("m", 1, [endpoint])
        self.several_calls_end_one_after_the_other(endpoint, "xxx")
        self.time_passes(max(1, self.model.rest(endpoint, "m")[0]))
        trying, _ = self.lease_one("m", 1, [endpoint]), self.lease_one("m", 1, [endpoint])
        if older in self.model.leases:
            self.release_one(older, answered=older_answers)
        if trying in self.model.leases and probe == "fails":
            self.fail_one(trying, Failure.FAILED, 0)
        elif trying in self.model.leases and probe != "dies":
            self.release_one(trying, answered=probe == "answers")
        elif probe == "dies":
            self.time_passes(LEASE_MS)
        self.lease_one("m", 1, [endpoint])

    @rule(endpoint=endpoints, failure=st.sampled_from(Failure), later=st.sampled_from([0, 1_000, 100_000]))
    def calls_of_one_moment_fail_one_after_the_other(self, endpoint: str, failure: Failure, later: int) -> None:
        together = [self.lease_one("m", 1, [endpoint]) for _ in range(3)]
        for each in together:
            if each in self.model.leases:
                self.fail_one(each, failure, 0)
                self.time_passes(later)

    @rule(model=models, tokens=estimates, ids=st.permutations(POOL), many=st.sampled_from([1, 1, 2]), chance=chances)
    def lease(self, model: str, tokens: int, ids: list[str], many: int, chance: float) -> None:
        self.lease_one(model, tokens, ids, many, chance)

    def lease_one(self, model: str, tokens: int, ids: list[str], many: int = 1, chance: float = 0.0) -> str:
        lease_id, some = f"l{next(self.numbers)}", tuple(ids[:many])
        wanted = self.wanted(model, tokens)
        found = self.run(self.at.pool.lease(lease_id, wanted, offer(*some, chance=chance, **LIMITS)))
        self.agrees(found, lease_id, some, model, tokens)
        if isinstance(found, Leased):
            assert self.run(self.at.pool.lease(lease_id, wanted, offer(*POOL, **LIMITS))) == found
        return lease_id

    @precondition(lambda self: self.model.leases)
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        lease_id = self.held(data)
        assert self.run(self.at.pool.renew("p", lease_id, self.model.leases[lease_id].endpoint))
        self.model.leases[lease_id].ends = self.model.now + LEASE_MS

    @precondition(lambda self: self.model.leases)
    @rule(data=st.data(), answered=st.booleans())
    def release(self, data: st.DataObject, answered: bool) -> None:
        self.release_one(self.held(data), answered=answered)

    def release_one(self, lease_id: str, *, answered: bool) -> None:
        held = self.model.leases[lease_id]
        releasing = self.at.pool.release("p", lease_id, held.endpoint, answered=answered, model=held.model)
        assert self.run(releasing)
        self.model.release(lease_id, answered=answered)

    @precondition(lambda self: self.model.leases)
    @rule(
        data=st.data(),
        failure=st.sampled_from([*Failure, Failure.FAILED]),
        wish=st.sampled_from([0, 0, 1, 500, 90_000]),
    )
    def fail(self, data: st.DataObject, failure: Failure, wish: int) -> None:
        self.fail_one(self.held(data), failure, wish if failure is Failure.LIMITED else 0)

    def fail_one(self, lease_id: str, failure: Failure, wish: int) -> None:
        held = self.model.leases[lease_id]
        told = ("p", lease_id, held.endpoint, failure, RESTS[failure])
        expected = self.model.fail(lease_id, failure, wish)
        for _ in range(2):  # told twice is told once
            assert self.run(self.at.pool.fail(*told, model=held.model, wish_ms=wish)) == expected

    @rule(data=st.data(), endpoint=endpoints, difference=st.sampled_from([-500, -20, 20, 150]))
    def settle(self, data: st.DataObject, endpoint: str, difference: int) -> None:
        long_gone = self.model.now // 1000 - 61
        second = data.draw(st.sampled_from([*sorted(self.model.minute(endpoint)), long_gone]))
        self.run(self.at.used(endpoint))  # looking takes out what has left the minute
        found = self.run(self.at.pool.settle("p", endpoint, second, difference))
        assert found == self.model.settle(endpoint, second, difference)
        self.settled |= {endpoint} if found else set()

    @rule(endpoint=endpoints)
    def forgive(self, endpoint: str) -> None:
        self.run(self.at.pool.forgive("p", endpoint))
        self.model.circuits.pop(endpoint, None)
        self.model.rests = {key: value for key, value in self.model.rests.items() if key[0] != endpoint}

    @rule(binding_id=bindings, model=models, keeps=st.integers(0, SLOTS), ttl_s=st.sampled_from([1, 20, 3_600]))
    def bind(self, binding_id: str, model: str, keeps: int, ttl_s: int) -> None:
        offered = offer(*POOL, **LIMITS)
        found = self.run(self.at.bindings.bind(binding_id, self.wanted(model), offered, keeps=keeps, ttl_s=ttl_s))
        there = self.model.bindings.get(binding_id)
        standings = {each: self.model.standing(each, model, 0, max(keeps, 1)) for each in POOL}
        if there and there.model != model:
            assert found == Astray("mismatch")
        elif there:
            there.ends = self.model.now + there.ttl
            assert found == Bound(there.endpoint, rests=self.model.rest(there.endpoint, model)[0] > 0)
        elif isinstance(found, Bound):
            assert standings[found.endpoint_id] == ("", 0) and not found.rests
            ends = self.model.now + ttl_s * 1000
            self.model.bindings[binding_id] = HeldBinding(found.endpoint_id, model, ttl_s * 1000, ends, keeps)
        else:
            assert isinstance(found, Unleased) and all(why for why, _ in standings.values())

    @rule(binding_id=bindings, model=models, tokens=estimates)
    def lease_under_a_binding(self, binding_id: str, model: str, tokens: int) -> None:
        lease_id, there = f"l{next(self.numbers)}", self.model.bindings.get(binding_id)
        believed = (there.endpoint if there else "", RPM, TPM)
        found = self.run(self.at.pool.lease_bound(lease_id, self.wanted(model, tokens), binding_id, believed))
        if there is None:
            assert found == Astray("unbound")
            return
        if there.model != model:
            assert found == Astray("mismatch")
            return
        there.ends = self.model.now + there.ttl
        kept = there.left > 0
        why, wait = self.model.standing(there.endpoint, model, tokens, 0 if kept else 1)
        if why in ("resting", "limited"):
            assert found == Astray("resting")
        elif why:
            assert found == Unleased("", why == "busy", why == "spent", wait_ms=wait)
        else:
            assert isinstance(found, Leased) and found.endpoint_id == there.endpoint
            there.left -= kept
            self.model.take(lease_id, there.endpoint, model, tokens)

    @precondition(lambda self: self.model.bindings)
    @rule(data=st.data(), tokens=estimates, chance=chances)
    def lease_elsewhere_and_move(self, data: st.DataObject, tokens: int, chance: float) -> None:
        binding_id = data.draw(st.sampled_from(sorted(self.model.bindings)))
        there, lease_id = self.model.bindings[binding_id], f"l{next(self.numbers)}"
        others = tuple(each for each in POOL if each != there.endpoint)
        wanted, offered = self.wanted(there.model, tokens), offer(*others, chance=chance, **LIMITS)
        late = self.run(self.at.pool.lease("late", wanted, offered, binding_id=binding_id, leaves=others[0]))
        assert late == Astray("elsewhere", there.endpoint)
        leasing = self.at.pool.lease(lease_id, wanted, offered, binding_id=binding_id, leaves=there.endpoint)
        if endpoint := self.agrees(self.run(leasing), lease_id, others, there.model, tokens):
            self.model.move(there, endpoint)

    @rule(binding_id=bindings)
    def unbind(self, binding_id: str) -> None:
        known = self.model.bindings.pop(binding_id, None) is not None
        assert self.run(self.at.bindings.release("p", binding_id)) == known

    @invariant()
    def no_slot_request_or_token_is_leased_twice(self) -> None:
        states = self.run(self.at.pool.states("p", [(each, RPM, TPM) for each in POOL], model="m"))
        for endpoint, state in zip(POOL, states, strict=True):
            assert state.in_flight == self.model.used(endpoint) <= SLOTS
            assert state.rest_ms == self.model.rest(endpoint, "m")[0]
            sums = self.model.minute(endpoint).values()
            assert (state.requests, state.tokens) == (sum(each[0] for each in sums), sum(each[1] for each in sums))
            leased = self.model.leased.get(endpoint, [])
            window = [tokens for moment, tokens in leased if moment > self.model.now - 60_000]
            assert len(window) <= RPM
            assert sum(window) <= TPM or endpoint in self.settled


@pytest.mark.promise(9)
@pytest.mark.promise(13)
def test_the_scripts_do_what_the_model_says(redis_url: str, record_property: Callable[[str, object], None]) -> None:
    PoolMachine.url = redis_url
    checks = settings(max_examples=150, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(PoolMachine, settings=checks)
    record_property("measured", "every step as the model says, to the millisecond: 150 runs of up to 40 steps")


@pytest.mark.promise(13)
async def test_a_rest_never_ends_sooner_for_what_is_told_later(redis_url: str) -> None:
    async with stand(redis_url) as at_hand:
        for lease_id in ("early", "late"):
            await at_hand.pool.lease(lease_id, wanted(slots=2), offer("ep"))

        async def limited(lease_id: str, wish_ms: int) -> int:
            rest = RESTS[Failure.LIMITED]
            return await at_hand.pool.fail("p", lease_id, "ep", Failure.LIMITED, rest, model="m", wish_ms=wish_ms)

        assert await limited("early", 30_000) == 30_000
        await at_hand.after(10)
        assert await limited("late", 2_000) == 29_990
