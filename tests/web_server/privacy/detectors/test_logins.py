"""Names of accounts where machines and people write them: logs, shells, connection strings, tickets."""

from __future__ import annotations

import pytest

from tests.support.finding import found


@pytest.mark.parametrize(
    "text",
    [
        "login from 198.51.100.4 by user {} failed",
        "Anmeldung von 198.51.100.4 durch benutzer {} fehlgeschlagen",
        "connexion refusée depuis 198.51.100.4 par {}, merci de vérifier",
        "el usuario {} no puede entrar",
        "l'utente {} ha effettuato l'accesso",
        "gebruiker {} kan niet inloggen",
        "user: {}\nrole: editor",
        '{{"user": "{}", "n": 1}}',
        "sshd[811]: Failed password for {} from 198.51.100.4 port 51122 ssh2",
        "sshd[811]: Invalid user {} from 198.51.100.4",
        '198.51.100.4 - {} [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 2',
        "ssh {}@198.51.100.4",
        "scp -P 22 dump.sql {}@web1:/tmp",
        "sudo useradd -m -G docker {}",
        "mysql://{}:pw@db/app",
        "**{}**: it does not start",
        "ticket opened by {} yesterday",
    ],
)
@pytest.mark.parametrize("name", ["yorkcharles", "jdupont77", "anna_kowalska"])
def test_an_account_made_of_a_name_is_found(text: str, name: str) -> None:
    assert ("USERNAME", name) in found(text.format(name))


def test_beside_an_address_an_account_needs_no_known_name() -> None:
    assert ("USERNAME", "xqvbir") in found("2024-03-11 client=198.51.100.4 user=xqvbir status=401")


@pytest.mark.parametrize(
    "text",
    ["sshd[811]: Failed password for root from 198.51.100.4 port 22", "user: postgres", "ssh ubuntu@198.51.100.4",
     "the user interface by default", "deleted by accident, changed by design", "postgres://app:@db/x", "user: string",
     "user=$USER ip=198.51.100.4", "sudo useradd -m deploy", "created by trainer", "user register form",
     "//input[@name='q' and @pass='x']", "owner = repo.owner", '@app.route("/x") def f(): pass',
     'name = request.form["username"]; username = request.form["username"]'],
)  # fmt: skip
def test_accounts_that_every_machine_has_and_words_are_kept(text: str) -> None:
    assert "USERNAME" not in {kind for kind, _ in found(text)}
