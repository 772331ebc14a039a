"""Identity numbers that nobody has: of the country's shape, their check digits right, from a range that is not issued.

Called by the surrogates. Where a scheme has a range for tests, or dates that cannot be, the number is of it; else it is
of an end of the range that the scheme has not reached. A value of another shape than its scheme's gets a like one.
Sources: the authorities' own descriptions, as python-stdnum names them; check digits are python-stdnum's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from stdnum import ean, luhn, verhoeff
from stdnum.fr import nir
from stdnum.iso7064 import mod_11_10
from stdnum.it import codicefiscale
from stdnum.pl import pesel
from stdnum.pt import nif
from stdnum.tr import tckimlik

from web_server.privacy import kinds
from web_server.privacy.cases import pour
from web_server.privacy.draw import Draw

_SPANISH = "TRWAGMYFPDXBNJZSQVHLCKE"
_FINNISH = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_CENTURIES = re.compile(r"\d{6}([-+A-FU-Y])\d{3}[0-9A-Y]\Z")


def identity(kind: str, value: str, draw: Draw) -> str:
    """A surrogate for an identity number, with the separators of `value`."""
    compact = "".join(filter(str.isalnum, value)).upper()
    scheme = _SCHEMES.get(kind)
    if kind == kinds.FI_PERSONAL_IDENTITY_CODE:
        return _finnish(value, draw)
    if scheme is None or not re.fullmatch(scheme[0], compact):
        return draw.like(value)
    return pour(scheme[1](compact, draw), value)


def _weighted(body: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11


def _until_checked(head: str, size: int, draw: Draw, check: Callable[[str], str]) -> str:
    """`head`, then digits up to `size`, then the check digit: drawn again where there is none of one digit."""
    while True:
        body = head + draw.digits(size - len(head))
        digit = check(body)
        if len(digit) == 1:
            return body + digit


def _ssn(value: str, draw: Draw) -> str:
    # Never issued: area 9xx, with a group outside those of ITINs (which begin at 50).
    return "9" + draw.digits(2) + str(1 + draw.below(4)) + draw.digits(5)


def _itin(value: str, draw: Draw) -> str:
    return "9" + draw.digits(2) + str(66 + draw.below(4)) + draw.digits(4)  # groups 66 to 69 are not in use


def _nino(value: str, draw: Draw) -> str:
    return "QQ" + draw.digits(6) + (draw.pick("ABCD") if len(value) == 9 else "")  # Q begins no prefix


def _nhs(value: str, draw: Draw) -> str:
    def check(body: str) -> str:
        return str(-_weighted(body, (10, 9, 8, 7, 6, 5, 4, 3, 2)) % 11)

    return _until_checked("999", 9, draw, check)  # kept for tests


def _nir(value: str, draw: Draw) -> str:
    month = 13 + draw.below(7)  # neither a month nor one of the codes for an unknown one
    body = f"{value[0]}{draw.digits(2)}{month}{1 + draw.below(95):02d}{draw.digits(6)}"
    return body + str(nir.calc_check_digits(body)) if len(value) == 15 else body


def _steuer_id(value: str, draw: Draw) -> str:
    # 0 begins numbers for tests alone; of the first ten digits one stands twice, and no other.
    digits = sorted("123456789", key=lambda _: draw.below(1 << 30))[:8]
    place = draw.below(9)
    body = "0" + "".join([*digits[:place], digits[draw.below(8)], *digits[place:]])
    return body + str(mod_11_10.calc_check_digit(body))


def _dni(value: str, draw: Draw) -> str:
    body = "99" + draw.digits(6)  # not reached by far
    return body + _SPANISH[int(body) % 23]


def _nie(value: str, draw: Draw) -> str:
    body = "9" + draw.digits(6)
    return "Z" + body + _SPANISH[int("2" + body) % 23]


def _fiscale(value: str, draw: Draw) -> str:
    day = draw.pick((32, 72)) + draw.below(8)  # days are 1 to 31, and 41 to 71 for women
    body = f"{draw.letters(6)}{draw.digits(2)}{draw.pick('ABCDEHLMPRST')}{day}Z{draw.digits(3)}"
    return body + str(codicefiscale.calc_check_digit(body))


def _bsn(value: str, draw: Draw) -> str:
    def check(body: str) -> str:
        return str(_weighted(body, (9, 8, 7, 6, 5, 4, 3, 2)))

    return _until_checked("999", 8, draw, check)  # kept for tests


def _belgian(value: str, draw: Draw) -> str:
    body = f"{draw.digits(2)}{13 + draw.below(7)}{1 + draw.below(28):02d}{draw.digits(3)}"  # no such month
    return f"{body}{97 - int(body) % 97:02d}"


def _pesel(value: str, draw: Draw) -> str:
    body = f"{draw.digits(2)}{13 + draw.below(7)}{1 + draw.below(28):02d}{draw.digits(4)}"  # no such month
    return body + str(pesel.calc_check_digit(body))


def _swedish(value: str, draw: Draw) -> str:
    # Serials from 980 are the tax agency's, for tests.
    body = f"{draw.digits(2)}{1 + draw.below(12):02d}{1 + draw.below(28):02d}9{8 + draw.below(2)}{draw.digits(1)}"
    return ("19" if len(value) == 12 else "") + body + str(luhn.calc_check_digit(body))


def _finnish(value: str, draw: Draw) -> str:
    century = _CENTURIES.match(value.upper())
    if century is None:
        return draw.like(value)
    # Individual numbers from 900 are given to nobody for good.
    day, serial = f"{1 + draw.below(28):02d}{1 + draw.below(12):02d}{draw.digits(2)}", "9" + draw.digits(2)
    return f"{day}{century[1]}{serial}{_FINNISH[int(day + serial) % 31]}"


def _swiss(value: str, draw: Draw) -> str:
    body = "7569999" + draw.digits(5)
    return body + str(ean.calc_check_digit(body))


def _portuguese(value: str, draw: Draw) -> str:
    body = "40" + draw.digits(6)  # 4 begins nothing but 45, which is for people from abroad
    return body + str(nif.calc_check_digit(body))


def _turkish(value: str, draw: Draw) -> str:
    body = "99" + draw.digits(7)
    return body + str(tckimlik.calc_check_digits(body))


def _cpf(value: str, draw: Draw) -> str:
    body = "999" + draw.digits(6)
    for _ in range(2):
        rest = sum(int(digit) * weight for digit, weight in zip(body, range(len(body) + 1, 1, -1), strict=True)) % 11
        body += str(0 if rest < 2 else 11 - rest)
    return body


def _sin(value: str, draw: Draw) -> str:
    body = "0" + draw.digits(7)  # 0 is not assigned
    return body + str(luhn.calc_check_digit(body))


def _tfn(value: str, draw: Draw) -> str:
    def check(body: str) -> str:
        return str(_weighted(body, (1, 4, 3, 7, 5, 8, 6, 9)))  # the last weight is 10, which is -1

    return _until_checked("99", 8, draw, check)


def _aadhaar(value: str, draw: Draw) -> str:
    body = str(draw.below(2)) + draw.digits(10)  # none begins with 0 or 1
    return body + str(verhoeff.calc_check_digit(body))


def _pan(value: str, draw: Draw) -> str:
    return draw.letters(3) + "Z" + draw.letters(1) + draw.digits(4) + draw.letters(1)  # Z is no kind of holder


_SCHEMES: Mapping[str, tuple[str, Callable[[str, Draw], str]]] = {
    kinds.US_SSN: (r"\d{9}", _ssn),
    kinds.US_ITIN: (r"\d{9}", _itin),
    kinds.UK_NINO: (r"[A-Z]{2}\d{6}[A-Z]?", _nino),
    kinds.UK_NHS: (r"\d{10}", _nhs),
    kinds.FR_NIR: (r"\d(?:\d{12}|\d{14})", _nir),
    kinds.DE_TAX_ID: (r"\d{11}", _steuer_id),
    kinds.ES_NIF: (r"\d{8}[A-Z]", _dni),
    kinds.ES_NIE: (r"[XYZ]\d{7}[A-Z]", _nie),
    kinds.IT_FISCAL_CODE: (r"[A-Z]{6}\w{10}", _fiscale),
    kinds.NL_BSN: (r"\d{9}", _bsn),
    kinds.BE_NN: (r"\d{11}", _belgian),
    kinds.PL_PESEL: (r"\d{11}", _pesel),
    kinds.SE_PERSONNUMMER: (r"\d{10}(?:\d\d)?", _swedish),
    kinds.CH_AHV: (r"756\d{10}", _swiss),
    kinds.PT_NIF: (r"\d{9}", _portuguese),
    kinds.TR_NATIONAL_ID: (r"\d{11}", _turkish),
    kinds.BR_CPF: (r"\d{11}", _cpf),
    kinds.CA_SIN: (r"\d{9}", _sin),
    kinds.AU_TFN: (r"\d{9}", _tfn),
    kinds.IN_AADHAAR: (r"\d{12}", _aadhaar),
    kinds.IN_PAN: (r"[A-Z]{5}\d{4}[A-Z]", _pan),
}
"""What a number of each kind looks like without separators, and how another is made."""
