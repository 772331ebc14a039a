"""The privacy room: text in, text out. No network, framework, Redis or settings in here."""
