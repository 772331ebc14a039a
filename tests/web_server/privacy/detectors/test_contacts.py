"""E-mail addresses, phone numbers, links, handles, machines: hits and near-misses."""

from __future__ import annotations

import pytest

from tests.support.finding import found, spans_of
from web_server.privacy.detectors.handles import HandleDetector
from web_server.privacy.detectors.links import LinkDetector
from web_server.privacy.detectors.mailbox import MailboxDetector
from web_server.privacy.detectors.network import NetworkDetector
from web_server.privacy.detectors.phone import PhoneDetector


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("write to anna.kowalska@example.com.", "anna.kowalska@example.com"),
        ("<o'brien+tag@mail.example.co.uk>", "o'brien+tag@mail.example.co.uk"),
        ("mailto:jürgen@bücher.example", "jürgen@bücher.example"),
        ("发邮件到li@example.cn谢谢", "li@example.cn"),
        ("anna\u200b@exam\u200bple.com hidden", "anna\u200b@exam\u200bple.com"),
        ("anna [at] example [dot] com", "anna [at] example [dot] com"),
        ("anna(at)example.pl", "anna(at)example.pl"),
        ("it is fiona dot mcleod at example dot com ok", "fiona dot mcleod at example dot com"),
        ("anna punkt kowalska at example punkt de", "anna punkt kowalska at example punkt de"),
        ("https://x.example/?q=anna@example.pl", "anna@example.pl"),
        ("export MAIL=anna@example.pl", "anna@example.pl"),
        ("E-mail: anna@ example.es", "anna@ example.es"),
    ],
)
def test_a_mailbox_is_found_as_written(text: str, value: str) -> None:
    assert spans_of(MailboxDetector(), text) == {("EMAIL_ADDRESS", value)}


@pytest.mark.parametrize(
    "text",
    [
        "@decorator",
        "a @ b",
        "git@github.com:x/y.git",
        "x@y",
        "@@@@",
        "postgres://app:pw@db.internal.corp/x",
        "look at the dot com bubble",
        "look at this dot com",
        "numpy@1.26",
    ],
)
def test_an_at_sign_alone_is_no_mailbox(text: str) -> None:
    assert spans_of(MailboxDetector(), text) == set()


@pytest.mark.parametrize(
    "value",
    [
        "+1 212 555 0187", "+1 (212) 555-0187", "212-555-0187", "(212) 555-0187", "212.555.0187", "+44 20 7946 0958",
        "07700 900123", "020 7946 0958", "+49 30 123456", "+49 (0)30 123456", "030 12345678", "0171/1234567",
        "06 12 34 56 78", "+33 6 12 34 56 78", "01.84.17.61.18", "+34 612 345 678", "612 345 678", "+39 347 123 4567",
        "+31 6 12345678", "06-12345678", "555-0142", "1-800-555-0199",
    ],
)  # fmt: skip
def test_a_phone_number_is_found_in_the_ways_people_write_it(value: str) -> None:
    assert spans_of(PhoneDetector(), f"Reply soon. {value}, thanks") == {("PHONE_NUMBER", value)}


@pytest.mark.parametrize(
    "value",
    ["001-444-873-1886x1667", "145-051-3721", "(113) 384-9109", "(04816) 99011 912", "02584/40159311", "09888 869122",
     "+49 (0) 1525 619629", "(027) 3501571", "(08)04186388", "+1.212.555.0187", "1-800-555-0199 ext. 12"],
)  # fmt: skip
@pytest.mark.parametrize("text", ["see {}, ok", "**{}**", "({})", "<td>{}</td>", '{{"x": "{}"}}', "`{}`"])
def test_a_phone_number_ends_where_it_ends(text: str, value: str) -> None:
    assert spans_of(PhoneDetector(), text.format(value)) == {("PHONE_NUMBER", value)}


@pytest.mark.parametrize("text", ["2 * 4155552671 * 3", "call 003-52-3011", "(00972258566)", "a*4155552671*b"])
def test_products_and_other_peoples_numbers_are_no_phone_numbers(text: str) -> None:
    assert spans_of(PhoneDetector(), text) == set()


@pytest.mark.parametrize(
    "text",
    ["my number is {}", "text me at {}", "Call {} tonight", "bel me op {}", "llámame al {}", "appelle-moi au {}",
     "chiamami al {}", "ruf mich unter {} an", "mein Handy: {}", "his new number is {}", "tel {}", "mijn nummer is {}",
     "HELLO THIS IS ANNA AND MY PHONE IS {} PLEASE HURRY"],
)  # fmt: skip
def test_digits_alone_are_a_phone_number_behind_words_of_calling(text: str) -> None:
    assert spans_of(PhoneDetector(), text.format("4155552671")) == {("PHONE_NUMBER", "4155552671")}
    assert spans_of(PhoneDetector(), text.format("415 555 2671")) == {("PHONE_NUMBER", "415 555 2671")}


@pytest.mark.parametrize("text", ["my order number is {}", "my account number is {}", "the number {} is prime", "{}"])
def test_digits_alone_are_nothing_behind_other_words(text: str) -> None:
    assert spans_of(PhoneDetector(), text.format("4155552671")) == set()


def test_a_bare_number_is_a_phone_number_only_where_the_words_say_so() -> None:
    assert spans_of(PhoneDetector(), "my mobile is 5551234567") == {("PHONE_NUMBER", "5551234567")}
    assert spans_of(PhoneDetector(), "the total is 5551234567") == set()


@pytest.mark.parametrize(
    "text",
    ["2023-01-02", "12.05.2024", "1990-2000", "10.1.2.3", "3.14159265", "1,234,567,890", "order 123-456-7890",
     "ISBN 978-3-16-148410-0", "x = 1234567 + 7654321", "12:30:45", "v1.2.3456789"],
)  # fmt: skip
def test_dates_versions_amounts_and_orders_are_no_phone_numbers(text: str) -> None:
    assert spans_of(PhoneDetector(), text) == set()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("host 192.168.1.15.", "IP_ADDRESS", "192.168.1.15"),
        ("net 203.0.113.0/24 ok", "IP_ADDRESS", "203.0.113.0/24"),
        ("[2001:db8::8a2e:370:7334]", "IP_ADDRESS", "2001:db8::8a2e:370:7334"),
        ("mac 00:1B:44:11:3A:B7", "MAC_ADDRESS", "00:1B:44:11:3A:B7"),
        ("00-1B-44-11-3A-B7", "MAC_ADDRESS", "00-1B-44-11-3A-B7"),
        ("hwaddr 001b.4411.3ab7", "MAC_ADDRESS", "001b.4411.3ab7"),
        ("MAC: 001B44113AB7", "MAC_ADDRESS", "001B44113AB7"),
        ("MAC 00 1B 44 11 3A B7", "MAC_ADDRESS", "00 1B 44 11 3A B7"),
        ("http://203.0.113.9:8080/x", "IP_ADDRESS", "203.0.113.9"),
        ("fe80::1ff:fe23:4567:890a%eth0", "IP_ADDRESS", "fe80::1ff:fe23:4567:890a%eth0"),
        ("[2001:db8:0:1::5]:443", "IP_ADDRESS", "2001:db8:0:1::5"),
    ],
)
def test_a_machines_address_is_found(text: str, kind: str, value: str) -> None:
    assert spans_of(NetworkDetector(), text) == {(kind, value)}


@pytest.mark.parametrize(
    "text",
    [
        "version 1.2.3.4",
        "256.1.1.1",
        "1.2.3.4.5",
        "127.0.0.1",
        "std::a::b",
        "Chrome/120.0.0.0 Safari",
        "mask 255.255.255.0",
        "1.2.3.4 Results",
        "firmware 2.4.6.8",
        "12:30:45",
        "::",
    ],
)
def test_versions_loopback_times_and_scopes_are_no_addresses(text: str) -> None:
    assert spans_of(NetworkDetector(), text) == set()


@pytest.mark.parametrize(
    "link",
    ["https://u:p4ss@host.example/x", "https://x.example/a?email=anna@example.com", "https://x.example/users/anna-k",
     "https://www.linkedin.com/in/anna-k-123", "https://x.example/reset?token=abc123def"],
)  # fmt: skip
def test_a_link_with_something_personal_is_hidden_whole(link: str) -> None:
    assert found(f"see {link}, please") == [("URL", link)]


@pytest.mark.parametrize("link", ["https://docs.python.org/3/library/re.html", "https://example.com/?page=2"])
def test_an_ordinary_link_is_kept(link: str) -> None:
    assert spans_of(LinkDetector(), f"see {link}") == set()


def test_user_names_are_found_behind_their_label_and_as_handles() -> None:
    assert spans_of(HandleDetector(), "username: anna_k99") == {("USERNAME", "anna_k99")}
    assert spans_of(HandleDetector(), "my discord is anna_k99") == {("USERNAME", "anna_k99")}
    assert spans_of(HandleDetector(), "user hveldhuis on server 3") == {("USERNAME", "hveldhuis")}
    assert spans_of(HandleDetector(), "user jsmith") == {("USERNAME", "jsmith")}
    assert spans_of(HandleDetector(), "login peach password Zomer") == {("USERNAME", "peach")}
    assert spans_of(HandleDetector(), "follow @anna_k99 on twitter") == {("USERNAME", "@anna_k99")}


@pytest.mark.parametrize(
    "text",
    [
        "@property\ndef x(self): ...",
        "follow the thread\n@pytest.mark.slow\ndef test_x(): ...",
        "# a thread\n    @overload\n    async def x(self): ...",
        'the profile {"@misc": 1, "@type": "thread"}',
        "/**\n * @param name\n */",
        "the login is broken",
        "user experience",
        "user stories",
        "user friendly",
        "login page",
        "user and password",
        "postgres://app:p!@db.internal.corp",
        "a @ b",
    ],
)
def test_decorators_and_tags_are_no_handles(text: str) -> None:
    assert spans_of(HandleDetector(), text) == set()


@pytest.mark.parametrize(
    "text", ["matrix\n886 075 002\n010 170 188", "886 075 002\n1 2 3", "part 0998 726221", "9609 8944 9528 2427"]
)
def test_grids_and_parts_are_no_phone_numbers(text: str) -> None:
    assert found(text) == []


def test_phone_numbers_line_by_line_are_each_found() -> None:
    assert [value for _, value in found("612 345 678\n623 456 789")] == ["612 345 678", "623 456 789"]
