"""What a lease costs, and what `Forward` adds to a call: `python -m bench.keys`.

Starts a private redis-server. First, pairs of lease and release by several callers at once in one process: leases a
second and how long one takes; then the same as the pool grows from 10 keys to 10,000; then a real key server process
before a tiny provider, asked in turn with the provider itself (`keys_forward`). Times depend on the machine and on what
else runs on it. Goals: 1,000 leases a second with p99 <= 10 ms on one core; `Forward` adds <= 2 ms p50.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import time
from dataclasses import dataclass
from pathlib import Path

from bench import keys_forward
from bench.load import quantile
from key_server.__main__ import loop
from key_server.pool.choice import Candidates
from key_server.pool.leases import Leases
from key_server.store.connection import Connection
from key_server.store.pool import PoolStore, Wanted
from tests.support.pool import endpoints
from tests.support.redis_server import redis_process

SLOTS = 64
POOLS = (10, 100, 1_000, 10_000)


@dataclass(frozen=True)
class Leasing:
    """Of one run of lease and release pairs: how many a second, times of a lease (ms), shares of one core."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu: float
    redis_cpu: float


async def leasing(url: str, redis_pid: int, *, keys: int, callers: int, seconds: float) -> Leasing:
    """`callers` closed loops of lease and release on a pool of so many keys, none of them at its limits."""
    connection = Connection(url)
    leases, pool = Leases(PoolStore(connection)), Candidates(endpoints(keys, max_parallel=SLOTS, rpm=10_000_000))
    wanted, numbers, times = Wanted("p", "model", SLOTS, 500), itertools.count(), list[float]()

    async def caller(until: float) -> None:
        while (started := time.perf_counter()) < until:
            lease = await leases.take(f"{os.getpid()}-{next(numbers)}", wanted, pool)
            times.append((time.perf_counter() - started) * 1000)
            await leases.give_back(lease, answered=True)

    async def for_(lasting: float) -> float:
        began = time.perf_counter()
        await asyncio.gather(*(caller(began + lasting) for _ in range(callers)))
        return time.perf_counter() - began

    await for_(0.2)
    times.clear()
    own, redis = time.process_time(), cpu_seconds(redis_pid)
    took = await for_(seconds)
    own, redis = time.process_time() - own, cpu_seconds(redis_pid) - redis
    await connection.close()
    return Leasing(len(times) / took, quantile(times, 0.5), quantile(times, 0.99), own / took, redis / took)


def cpu_seconds(pid: int) -> float:
    """CPU time that a process has used so far."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def measured(*, keys: int, callers: int, seconds: float) -> Leasing:
    """The same, with a Redis of its own around it."""
    with redis_process() as (process, url), asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(leasing(url, process.pid, keys=keys, callers=callers, seconds=seconds))


def brief(seconds: float = 2.0) -> tuple[str, bool]:
    """The three figures that have goals, in one line, and whether all are met."""
    found = measured(keys=10, callers=8, seconds=seconds)
    forward = keys_forward.measured(callers=1, seconds=seconds)
    said = (
        f"{found.per_second:,.0f} leases/s (goal 1,000), p99 {found.p99_ms:.1f} ms (goal 10); "
        f"Forward adds {forward.added_p50_ms:.1f} ms p50 (goal 2), {forward.added_p99_ms:.1f} ms p99"
    )
    return said, found.per_second >= 1000 and found.p99_ms <= 10 and forward.added_p50_ms <= 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0, help="for each figure [3]")
    parser.add_argument("--callers", type=int, nargs="*", default=[1, 8, 32], help="at once [1 8 32]")
    arguments = parser.parse_args()
    print("lease + release pairs     leases/s    p50 ms    p99 ms    core: own  Redis")
    rows = [(10, callers) for callers in arguments.callers] + [(keys, 8) for keys in POOLS]
    for keys, callers in rows:
        found = measured(keys=keys, callers=callers, seconds=arguments.seconds)
        print(
            f"  {keys:6,} keys, {callers:3} callers {found.per_second:9,.0f} {found.p50_ms:9.2f} {found.p99_ms:9.2f}"
            f" {found.cpu:12.0%} {found.redis_cpu:6.0%}",
            flush=True,
        )
    print("Forward against the provider itself, by turns")
    for callers in arguments.callers:
        print(
            f"  {callers:3} callers   {keys_forward.measured(callers=callers, seconds=arguments.seconds)}", flush=True
        )


if __name__ == "__main__":
    main()
