"""Secrets: published formats and assignments are found; placeholders, variables and calls are not."""

from __future__ import annotations

import pytest

from tests.support.finding import found, spans_of
from web_server.privacy.detectors.secret import SecretDetector
from web_server.privacy.detectors.secret_formats import FORMATS

_FAKE = "NotARealKey0NotARealKey1NotARealKey2NotARealKey3"


@pytest.mark.parametrize(
    "value",
    [
        "sk-test-not-a-key-0123456789", "sk-proj-" + _FAKE, "sk-ant-" + _FAKE, "AKIA" + "NOTAREALKEY0FAKE",
        "ghp_" + _FAKE[:36], "github_pat_" + _FAKE, "glpat-" + _FAKE[:20], "xoxb-" + "0000-0000-" + _FAKE[:16],
        "AIza" + _FAKE[:35], "hf_" + _FAKE[:34], "npm_" + _FAKE[:36], "sk_live_" + _FAKE[:24], "rk_test_" + _FAKE[:24],
        "SG." + _FAKE[:22] + "." + _FAKE[:43], "eyJ" + "ub3QiOiJyZWFsIn0.eyJ" + "ub3QiOiJyZWFsIn0.bm90cmVhbA",
        "hvs." + _FAKE, "gsk_" + _FAKE, "dop_v1_" + "0a" * 32,
    ],
)  # fmt: skip
def test_a_published_format_is_found_anywhere(value: str) -> None:
    assert spans_of(SecretDetector(), f"I pasted {value}, oops") == {("SECRET", value)}


def test_every_format_names_its_vendor_and_its_mark() -> None:
    assert all(form.vendor and form.mark for form in FORMATS)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("password: Tr0ub4dor&3", "Tr0ub4dor&3"),
        ('"password": "correct horse battery"', "correct horse battery"),
        ("DB_PASSWORD=hunter2hunter2", "hunter2hunter2"),
        ("my password is Hunter2", "Hunter2"),
        ("Passwort: geheim99", "geheim99"),
        ("api_key = 'a8f5f167f44f4964e6c998dee827110c'", "a8f5f167f44f4964e6c998dee827110c"),
        ("Authorization: Bearer abcdef0123456789abcdef", "abcdef0123456789abcdef"),
        ("postgres://app:s3cr3tPw@db.example:5432/app", "s3cr3tPw"),
        ("PIN: 4821", "4821"),
        ("my pin is 4821", "4821"),
        ("log in with password Zomer!2024x please", "Zomer!2024x"),
        ("pw: Zomer2024", "Zomer2024"),
        ("Passwort lautet Winter#77", "Winter#77"),
        ("Wachtwoord Fiets-99!", "Fiets-99!"),
        ("amqp://app:rabbit@mq.internal.corp/x", "rabbit"),
        ("curl -u admin:Zomer77 https://api.corp.test/", "Zomer77"),
        ("mysql -uroot -pZomer77 app", "Zomer77"),
        ("sshpass -p 'Zomer77' ssh root@web1", "Zomer77"),
        ("Le mot de passe est Soleil!42", "Soleil!42"),
        ("WLAN-Schlüssel: regen-wolke-9", "regen-wolke-9"),
        ("WIFI:T:WPA;S:Guest;P:regen;wolke;;", "regen"),
        ("CREATE USER app IDENTIFIED BY 'Zomer77'", "Zomer77"),
        ("kind: Secret\nmetadata:\n  name: db\ndata:\n  pw: Wm9tZXI3Nw==\n", "Wm9tZXI3Nw=="),
        ("Votre code de vérification est 482913", "482913"),
        ("482913 is your verification code", "482913"),
        ("seed phrase: " + "apple river stone candle " * 3, ("apple river stone candle " * 3).strip()),
        ('{"name": "DB_PASSWORD", "value": "Zomer77"}', "Zomer77"),
        ('setPassword("Zomer77")', "Zomer77"),
        ("Cookie: theme=dark; sessionid=k3j2h4g5f6d7s8a9q0w1", "k3j2h4g5f6d7s8a9q0w1"),
        ("backup codes: 1a2b3-4c5d6, 7e8f9-0a1b2", "7e8f9-0a1b2"),
        (r'{"body": "{\"password\": \"Zomer77\"}"}', "Zomer77"),
    ],
)
def test_what_is_assigned_to_a_secret_name_is_found(text: str, value: str) -> None:
    assert ("SECRET", value) in found(text)


def test_a_private_key_is_hidden_whole() -> None:
    block = "-----BEGIN RSA PRIVATE KEY-----\nbm90IGEga2V5\n-----END RSA PRIVATE KEY-----"
    assert found(f"here:\n{block}\nplease") == [("SECRET", block)]


@pytest.mark.parametrize(
    "text",
    [
        "password: str", "password = os.environ['PW']", "password=${DB_PASSWORD}", "password: <your password>",
        "my password is wrong", "the password is required", "token = get_token()", "api_key: YOUR_API_KEY",
        "key: value", "primary key: user_id", "password: ********", "the secret to happiness is patience",
        "for key in sorted(items): print(key)", "token: string", "def login(username, password):",
        "sk-learn is a library", "password policy", "password reset", "the password must be 8 characters",
        "password2", "password validation.", "https://user:password@host.example", "https://$USER:$PASS@host.example",
        "password.encode('utf-8')", "private_key: Ed25519PrivateKey,", "('user', 'password', 'host', 'port')",
        "1st pass: check the types", "'tan': (210, 180, 140)", "mysql -u root -p", "ssh -p 2222 host",
        "exit code is 137", "guest:guest@localhost",
        "la clave es practicar todos los días", "key_node.tag == 'tag:yaml.org,2002:value'", "postal code: 75001",
        "_START = b'-----BEGIN OPENSSH PRIVATE KEY-----'", "sk-ecdsa-sha2-nistp256@openssh.com",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "color: #a1b2c3d4",
        "password manager's", "password field_name", "a password with 8-12 characters",
    ],
)  # fmt: skip
def test_placeholders_variables_and_calls_are_no_secrets(text: str) -> None:
    assert spans_of(SecretDetector(), text) == set()
