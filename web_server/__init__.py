"""Process 2: meets the world. Knows who asks and the real text; never a provider's key."""
