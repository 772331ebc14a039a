"""The only way out to providers: judged addresses, kept connections, signed requests, scrubbed replies."""
