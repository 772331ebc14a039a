"""Which endpoint answers a call: leases, bindings, rests, and the next one when it does not answer."""
