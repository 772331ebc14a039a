"""What `python -m key_server doctor` looks at. Each file looks at one thing and says what it found.

None changes anything. Works with the server up or down. Nothing here calls a provider, uses a key, or shows a secret
or a URL with a password.
"""
