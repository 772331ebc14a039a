"""The doors: parse, call the hall, render. Doors do not know each other."""
