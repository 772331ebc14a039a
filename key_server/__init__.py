"""Process 1: keeps the keys, makes the calls. Never knows who asks, never sees a real value."""

__version__ = "0.1.0"
