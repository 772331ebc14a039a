"""Brings up a whole LLM VPN on one machine: what is missing for a first run, then the key server and the web server.

`run_services.py` is its entry. In production compose, Helm or systemd start the two servers instead.
"""
