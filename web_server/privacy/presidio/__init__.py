"""The bridge to Presidio, in both directions: its recognizers in our finder, ours (and the ledger) in its engines.

Imported only where one is plugged in: `presidio_analyzer` brings spaCy, which costs 1.3 s of start and 75 MiB, and a
text that only our detectors read needs neither.
"""
