"""A real Redis Cluster of three nodes without replicas on 127.0.0.1, each node to be stopped and started again.

with redis_cluster() as cluster:
    cluster.url            # "redis+cluster://127.0.0.1:..."
    cluster.stop(node)

Skips the test, saying why, where `redis-server` or `redis-cli` is not installed.
"""

from __future__ import annotations

import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from key_server.store.connection import name

NODES = 3
START_SECONDS = 30.0
BUS = 10_000  # a node's bus port is its port and so much


@dataclass
class Cluster:
    directory: Path
    ports: list[int]
    processes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return "redis+cluster://" + ",".join(f"127.0.0.1:{port}" for port in self.ports)

    def start(self, port: int) -> None:
        directory = self.directory / str(port)
        directory.mkdir(exist_ok=True)
        options = {"port": port, "bind": "127.0.0.1", "dir": directory, "daemonize": "no", "appendonly": "no"}
        options |= {"cluster-enabled": "yes", "cluster-config-file": "nodes.conf", "cluster-node-timeout": 1000}
        options |= {"cluster-require-full-coverage": "no"}
        words = [word for key, value in options.items() for word in (f"--{key}", str(value))]
        self.processes[port] = subprocess.Popen(
            ["redis-server", *words, "--save", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _until(lambda: self.cli(port, "PING") == "PONG")

    def stop(self, port: int) -> None:
        self.processes[port].kill()
        self.processes[port].wait()

    def node_of(self, provider: str) -> int:
        """The port of the node that keeps a provider's names."""
        slot = self.cli(self.ports[0], "CLUSTER", "KEYSLOT", name(provider, ""))
        for line in self.cli(self.ports[0], "CLUSTER", "NODES").splitlines():
            words = line.split()
            first, _, last = words[8].partition("-")
            if int(first) <= int(slot) <= int(last or first):
                return int(words[1].partition("@")[0].rpartition(":")[2])
        raise AssertionError("every slot has its node")

    def until_whole(self) -> None:
        _until(lambda: all("cluster_state:ok" in self.cli(port, "CLUSTER", "INFO") for port in self.ports))

    def cli(self, port: int, *words: str) -> str:
        done = subprocess.run(["redis-cli", "-p", str(port), *words], capture_output=True, text=True, check=False)
        return done.stdout.strip()


@contextmanager
def redis_cluster() -> Iterator[Cluster]:
    for binary in ("redis-server", "redis-cli"):
        if shutil.which(binary) is None:
            pytest.skip(f"{binary} is not installed")
    cluster = Cluster(Path(tempfile.mkdtemp(prefix="lv")), [free_port() for _ in range(NODES)])
    try:
        for port in cluster.ports:
            cluster.start(port)
        nodes = [f"127.0.0.1:{port}" for port in cluster.ports]
        subprocess.run(["redis-cli", "--cluster", "create", *nodes, "--cluster-yes"], capture_output=True, check=True)
        cluster.until_whole()
        yield cluster
    finally:
        for process in cluster.processes.values():
            process.kill()
            process.wait()
        shutil.rmtree(cluster.directory, ignore_errors=True)


def free_port() -> int:
    """One whose bus port is free too. Below those that the system gives out by itself, or they would be taken soon."""
    while True:
        port = random.randrange(10_000, 22_000)
        try:
            for each in (port, port + BUS):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", each))
        except OSError:
            continue
        return port


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError("the Redis Cluster did not come up")
        time.sleep(0.05)
