"""The only Redis of this process: counters, leases, rests and bindings. Never a key, a prompt or a caller."""
