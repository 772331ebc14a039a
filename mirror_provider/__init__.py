"""The other side of a test: a provider that speaks the dialects and answers with exactly what it was shown."""
