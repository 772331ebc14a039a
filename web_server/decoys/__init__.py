"""Decoys on their way: how many, at what cost, when each goes, and what is kept of them. What they say is privacy's."""
