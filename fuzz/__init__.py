"""Harnesses that mutate texts until something breaks; see `make fuzz`."""
