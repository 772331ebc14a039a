"""A provider that answers with exactly what it was shown, and shows a person what that was.

It stands in for the real ones on a first run, in tests and under benchmarks. It never calls anybody.
"""
