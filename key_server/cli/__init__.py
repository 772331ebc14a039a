"""The commands of `python -m key_server`: everything but serving. They speak to the running server over its sockets.

A command that lists answers with a table, or with `--json`. Exit status: 0 done; 1 refused, or a problem was found;
2 the command or the settings cannot be used. Nothing here takes a secret from the command line or the environment.
"""
