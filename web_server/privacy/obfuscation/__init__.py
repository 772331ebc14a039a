"""Authorship obfuscation: softens a caller's manner of writing, and what singles a person out without being a name."""
