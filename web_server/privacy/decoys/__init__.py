"""Decoys: cover queries that look like the real one to whoever reads both. What they say, never how they are sent."""
