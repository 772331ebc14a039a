"""Process 1: keeps the keys, makes the calls. Never knows who asks, never sees a real value."""
