"""The tagger of names: a small network over a list of words, read once from a file that the project ships."""
