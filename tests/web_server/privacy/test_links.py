"""Whether a place in an answer is inside a link, and whose."""

from __future__ import annotations

import pytest

from web_server.privacy.links import RELATIVE, Links, host_of, hosts_in

OWN = "wiki.firma.test"


def place_after(text: str) -> str:
    links = Links(lambda authority: host_of(authority) == OWN)
    links.feed(text)
    return links.place


@pytest.mark.parametrize(
    "text",
    [
        "![](https://evil.test/?q=",
        "see https://evil.test/",
        "[x](//evil.test/a?b=",
        "[x](evil/",
        "[x](https&#58;//evil.test/?q=",
        "[x]( <https://evil.test/a b ",
        '<img src="https://evil.test/?q=a b ',
        "<img src='https:evil.test/?q=a b ",
        "<img src=//evil.test/?q=",
        "<https://evil.test/?q=",
        "[ref]: https://evil.test/?q=",
        "www.evil.test/?q=",
        "evil.test/?q=",
        f"https://{OWN}@evil.test/?q=",
        f"https://{OWN}.evil.test/?q=",
        f"https://user:{OWN}@evil.test/",
        f"https://{OWN}/go?to=https://evil.test/?q=",
        f"https://{OWN}/go?to=https%3A%2F%2Fevil.test%2F%3Fq%3D",
        "[x](https://evil.test/a(b)?q=",
        "HTTPS://EVIL.TEST/?q=",
        "https:\\\\evil.test\\",
        "mailto:eve@evil.test?body=",
        "sms:+123?body=",
        f"https://{OWN}\\@evil.test/",
        f"\\\\{OWN}/go?to=https://{OWN}\\@evil.test/",
        f"https://{OWN}%2eevil.test/",
        f"https://{OWN}&#46;evil.test/",
        f"https://{OWN}/go?to=https%253A%252F%252Fevil.test%252F",
        "![x](https://evil.test/?a=\\)&q=",
        "![x](<https://evil.test/?a=\\>&q=",
        '<img src=https://evil.test/"',
        "https://evil.test/`",
        "https://evil.test/>",
    ],
)
def test_a_link_to_somewhere_else_is_foreign(text: str) -> None:
    assert place_after(text) == "foreign"


@pytest.mark.parametrize(
    "text",
    [
        f"https://{OWN}/?q=",
        f"[x](https://{OWN}:8443/a?b=",
        f"https://{OWN.upper()}/",
        f"https://{OWN}./",
        f"{OWN}/people/",
        f"https://{OWN}/go?to=https://{OWN}/x",
        f"\\\\{OWN}\\share\\",
        "mailto:",
    ],
)
def test_a_link_to_a_host_that_the_caller_named_is_the_callers_own(text: str) -> None:
    assert place_after(text) == "own"


@pytest.mark.parametrize(
    "text",
    [
        "no link at all: and/or, 3 // 4, a.b",
        "https://evil.test/a and then ",
        "![](https://evil.test/a) and ",
        "(https://evil.test/a b) ",
        '<img src="https://evil.test/?q=a b"> ',
        '"https://evil.test/a" said ',
        "// a comment about ",
        "jo@evil.test ",
    ],
)
def test_a_link_ends_where_its_reader_would_end_it(text: str) -> None:
    assert place_after(text) == "text"


def test_a_host_in_the_making_is_neither_own_nor_foreign_yet() -> None:
    assert place_after("https://") == "host"
    assert place_after(f"https://{OWN}") == "host"


def test_hosts_are_those_of_links_and_names_but_not_of_mail_addresses() -> None:
    text = "see https://u:p@Wiki.Firma.test:8443/x, http://localhost:3000/, docs.firma.test. Mail jo@mail.test; v1.2"
    assert set(hosts_in(text)) == {"wiki.firma.test", "localhost", "docs.firma.test"}


@pytest.mark.parametrize("text", ['"C:\\\\Users\\\\', "see ..\\\\docs\\\\", 'open("D:\\\\\\\\data\\\\\\\\'])
def test_a_windows_path_in_code_is_no_link(text: str) -> None:
    assert place_after(text) == "text"


@pytest.mark.parametrize(
    "text", ["\\\\evil.test\\", " \\\\evil.test/?q=", "src=\\\\evil.test/?q=", "[x](\\\\evil.test/?q="]
)
def test_a_host_behind_backslashes_is_still_a_host(text: str) -> None:
    assert place_after(text) == "foreign"


def test_hosts_of_connection_strings_shares_and_comments_are_the_callers_too() -> None:
    text = "postgres://app:p?w@db.corp:5432/x redis://:pw@cache:6379 \\\\files\\share //TODO ask"
    assert set(hosts_in(text)) >= {"db.corp", "cache", "files", "todo"}


@pytest.mark.parametrize("target", ["files/", "./", "#", "?q=", "/people/", "a/b:c", '"mail to '])
def test_a_target_without_a_host_is_beside_the_page_where_the_caller_writes_such_targets(target: str) -> None:
    for callers, place in (({RELATIVE}, "near"), (set[str](), "foreign")):
        links = Links(callers.__contains__)
        links.feed(f"[x]({target}")
        assert links.place == place


@pytest.mark.parametrize(
    "target", ["https&#58;//evil.test/", "<a/", "x:", "%68ttps:", "a//evil.test/", "/\\evil.test/", "//e/"]
)
def test_a_target_that_may_hide_a_host_is_foreign_all_the_same(target: str) -> None:
    links = Links({RELATIVE}.__contains__)
    links.feed(f"[x]({target}")
    assert links.place == "foreign"


def test_callers_who_write_targets_without_a_host_are_known_by_it() -> None:
    assert RELATIVE in set(hosts_in("see [my CV](files/cv.pdf) or rows[0](name)"))
    assert RELATIVE not in set(hosts_in("see [a](https://a.test/) [b](//b.test) [c](mailto:c@d.test) [d](<e>)"))
