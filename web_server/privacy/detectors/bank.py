"""Accounts and cards: IBAN (ISO 13616, mod 97), payment cards (ISO/IEC 7812, Luhn), BIC, account numbers, VAT numbers.

A number whose checksum fails is reported only where the words before it say what it is meant to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban, luhn
from stdnum.eu import vat
from stdnum.iso7064 import mod_97_10

from web_server.privacy import kinds
from web_server.privacy.detectors.card_brands import is_branded, may_be_branded
from web_server.privacy.detectors.detector import Cue, Detector, follow_cue
from web_server.privacy.detectors.glue import after, words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_GAP = r"[ \-._/*]{0,2}(?:\r?\n[ \t>]{0,4})?"
_IBAN = re.compile(r"[A-Za-z](?<![A-Za-z0-9].)[A-Za-z]\d{2}(?:(?:[ \-.]|[ \-]?\r?\n[ \t>]{0,4})?[A-Za-z0-9]){8,30}")
_IBAN_LIKE = re.compile(
    r"[A-Za-z]{2}\d\d(?:[A-Za-z0-9]{8,30}|(?:[ \-.][A-Z0-9]{4}){2,7}(?:[ \-.](?=[A-Z]{0,3}\d)[A-Z0-9]{1,4})?)"
    r"(?![A-Za-z0-9])"
)
_IBAN_STATES = words(
    "AD AE AL AT AZ BA BE BG BH BR BY CH CR CY CZ DE DK DO EE ES FI FO FR GB GE GI GL GR GT HR HU IE IL IS IT JO KW KZ "
    "LB LI LT LU LV MC MD ME MK MT MU NL NO PK PL PS PT QA RO RS SA SE SI SK SM TN TR UA VG XK"
)
_IBAN_BODIES = re.compile(
    r"(?:DE|RS)\d{20}|(?:AT|EE|LT)\d{18}|BE\d{14}|(?:ES|CZ|SK|SE)\d{22}|PT\d{23}|(?:PL|HU)\d{26}|(?:DK|FI)\d{16}|HR\d{19}"
    r"|(?:GB|IE)\d\d[A-Z]{4}\d{14}|NL\d\d[A-Z]{4}\d{10}|(?:IT|SM)\d\d[A-Z]\d{10}[A-Z0-9]{12}"
    r"|(?:FR|MC)\d{12}[A-Z0-9]{11}\d\d|(?:CH|LI)\d{7}[A-Z0-9]{12}|LU\d{5}[A-Z0-9]{13}"
)
"""As each state writes its accounts: a slip in one digit leaves it so, and only the checksum tells."""
_NO_CHECK = ("00", "01", "99")
_TRANSFER_WORDS = words(
    "iban ibans transfer transfers transferred transferring wire wired remit remitted remittance deposit deposited pay "
    "paid payment payments payout payee beneficiary refund refunded send sent money funds standing debit sepa bank "
    "account acct überweisen überweise überweist überwiesen überweisung zahlen zahle zahlung bezahlen einzahlen "
    "lastschrift abbuchen abgebucht konto kontonummer empfänger dauerauftrag rückerstattung "
    "virer vire virement virements viré virée verser versement payer paiement prélèvement rembourser remboursement "
    "compte rib bénéficiaire transferencia transferencias transferir transfiere transfiera transferí ingresar ingreso "
    "ingrésalo ingresa pagar pago cuenta domiciliación domiciliar beneficiario reembolso bonifico bonifici bonificare "
    "versare versamento pagare pagamento conto accredito accreditare addebito rimborso overmaken overgemaakt "
    "overschrijven overschrijving overboeken overboeking storten gestort betalen betaling rekening rekeningnummer "
    "incasso terugbetaling begunstigde transferência conta przelew przelać konta"
)
_CARD = re.compile(r"\d(?<![\w.\-+]\d)(?<!\+\d\d)(?<![A-Z]\d\d[ \-.]\d)(?:[ \-]?\d){11,18}(?![\w\-])(?!\.\d)")
_SPREAD = re.compile(
    rf"\d(?<![\w.\-+/]\d)\d{{3}}{_GAP}(?:\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{4}}|\d{{6}}{_GAP}\d{{5}})(?![\w\-])(?!\.\d)"
)
"""In the groups that are printed on cards, with any marks between them, over lines too."""
_GROUPED = re.compile(r"\d{4}([ \-])\d{4}\1\d{4}(?:\1\d{1,4}){0,2}")
_VAT = re.compile(r"[A-Z](?<![A-Za-z0-9].)[A-Z] ?[A-Z0-9](?:[ .]?[A-Z0-9]){7,12}(?![A-Za-z0-9])")
_VAT_STATES = words("AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")
_CARD_WORDS = words(
    "card credit debit visa mastercard amex visacard kreditkarte karte carte tarjeta carta creditcard cc cardnumber "
    "pan kartennummer kreditkartennummer kaart kaartnummer creditcardnummer maestro discover diners jcb girocard "
    "bancontact"
)
_PAY_WORDS = words(
    "pay paid payment charge charged billed bill purchase deposit zahlen bezahlt bezahle belasten abbuchen payer payé "
    "payée débiter débité pagar pagado pagué cobrar cargar pagare pagato addebitare betalen betaald afschrijven"
)
_NOT_CARD = words("imei isbn tracking ean gtin")
_ACCOUNT_WORDS = words(
    "account acct acc kontonummer konto kontonr kto ktonr compte cuenta conto rekening rekeningnummer rekeningnr "
    "routing aba bankleitzahl blz sortcode sort accountnumber accountno bban rib ccc bsb clabe ifsc transit"
)
_ACCOUNT = (
    r"(?:\d\d[ \-]\d\d[ \-]\d\d(?:[ ,]{1,3}\d{8})?|\d(?:[ \-]?\d){4,19}|\d{3}[ \-]\d{3}(?:[ ,]{1,3}\d{6,10})?"
    r"|[A-Z]{4} ?(?:\d{14}|\d{10}|0[A-Z0-9]{6})|[A-Z]\d{5}[ \-]?\d{5}[ \-]?[A-Z0-9]{12})(?!\w)"
)
_BIC_WORDS = words("bic swift swiftcode biccode")
_BIC_BODY = (
    r"[A-Z]{4}(?:A[DELTU]|B[AEGHRY]|C[AHNRYZ]|D[EK]|E[EGS]|F[IR]|G[BEIR]|H[KRU]|I[ELNST]|J[OP]|K[RWZ]|L[BITUV]|M[CDEKTUX]|"
    r"N[LOZ]|P[KLT]|QA|R[OSU]|S[AEGIKM]|T[NR]|U[AS]|VG|XK|ZA)[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![A-Za-z0-9])"
)
_BIC = re.compile(rf"(?<![A-Za-z0-9]){_BIC_BODY}")
"""With the country it names: any eight capitals are not a bank."""
_DIGITS_ONLY = str.maketrans("", "", " -\u00a0._/*>\r\n\t")


def _shortest_iban(value: str) -> int:
    """How many characters of `value` make a valid IBAN; 0 for none. A word may follow without a mark between."""
    country = value[:2].upper()
    kept = 0
    for length, char in enumerate(value, start=1):
        kept += char.isalnum()
        if kept >= 15 and char.isalnum():
            candidate = value[:length].translate(_DIGITS_ONLY).upper()
            if iban.is_valid(candidate, check_country=False) and candidate.startswith(country):
                return length
    return 0


class BankDetector(Detector):
    """Checksums first; words where there is none."""

    KINDS = (kinds.IBAN_CODE, kinds.CREDIT_CARD, kinds.SWIFT, kinds.BANK_ACCOUNT, kinds.VAT)
    CUES = (
        Cue(kinds.IBAN_CODE, "iban-told", words("iban"),
            after(r"[A-Z]{2}\d{2}(?:[ .\-]?[A-Z0-9]{2,4}){3,8}(?![A-Z0-9])", re.NOFLAG), 0.75),
        Cue(kinds.SWIFT, "bic", _BIC_WORDS, after(_BIC_BODY, re.NOFLAG), 0.9),
        Cue(kinds.BANK_ACCOUNT, "account", _ACCOUNT_WORDS, after(_ACCOUNT), 0.7),
        Cue(kinds.VAT, "vat-told", words("vat ustid ust tva btw piva iva cif vatid ustidnr"),
            after(r"(?:[A-Z]{2} ?)?[A-Z]?\d(?:[ .]?\d){6,11}(?:B\d\d|[A-Z])?(?![\w%])"), 0.7),
    )  # fmt: skip

    def spans(self, reading: Reading) -> Iterator[Span]:
        if not reading.has_digit and reading.words.isdisjoint(_BIC_WORDS):
            return
        text = reading.text
        for cue in self.CUES:
            yield from follow_cue(cue, reading)
        yield from _ibans(reading)
        for found in _CARD.finditer(text):
            yield from _card(found, reading)
        for found in _SPREAD.finditer(text):
            if _is_card(found[0].translate(_DIGITS_ONLY)):
                yield Span(*found.span(), kinds.CREDIT_CARD, 0.95, "card-spread")
        if not reading.words.isdisjoint(_BIC_WORDS):
            for found in _BIC.finditer(text):
                if not (reading.before(found.start()) | reading.after(found.end())).isdisjoint(_BIC_WORDS):
                    yield Span(*found.span(), kinds.SWIFT, 0.9, "bic")
        for found in _VAT.finditer(text):
            if found[0][:2] in _VAT_STATES and vat.is_valid(found[0]):
                yield Span(*found.span(), kinds.VAT, 0.8, "vat")


def _ibans(reading: Reading) -> Iterator[Span]:
    for found in _IBAN.finditer(reading.text):
        if length := _shortest_iban(found[0]):
            yield Span(found.start(), found.start() + length, kinds.IBAN_CODE, 1.0, "iban")
        else:
            yield from _iban_like(found.start(), reading)


def _iban_like(start: int, reading: Reading) -> Iterator[Span]:
    """With a slip in it: of its state's shape, too long or short for its checksum, or behind a word of payments."""
    found = _IBAN_LIKE.match(reading.text, start)
    if found is None:
        return
    compact = found[0].translate(_DIGITS_ONLY).upper()
    if compact[:2] not in _IBAN_STATES or sum(char.isdigit() for char in compact) < 8:
        return
    if compact[2:4] in _NO_CHECK:
        return
    if _IBAN_BODIES.fullmatch(compact) or (len(compact) > 14 and mod_97_10.is_valid(compact[4:] + compact[:4])):
        yield Span(*found.span(), kinds.IBAN_CODE, 0.9, "iban-shaped")
    elif len(compact) >= 13 and (
        reading.nearest(start, _TRANSFER_WORDS) or not reading.after(found.end()).isdisjoint(_TRANSFER_WORDS)
    ):
        yield Span(*found.span(), kinds.IBAN_CODE, 0.9, "iban-told")


def _card(found: re.Match[str], reading: Reading) -> Iterator[Span]:
    digits = found[0].translate(_DIGITS_ONLY)
    before = reading.before(found.start())
    if not before.isdisjoint(_NOT_CARD):
        return
    told = not before.isdisjoint(_CARD_WORDS)
    if luhn.is_valid(digits) and len(set(digits)) > 1:
        if is_branded(digits):
            yield Span(*found.span(), kinds.CREDIT_CARD, 0.95, "card")
        elif told or (may_be_branded(digits) and (_GROUPED.fullmatch(found[0]) or not before.isdisjoint(_PAY_WORDS))):
            yield Span(*found.span(), kinds.CREDIT_CARD, 0.75, "card-checked")
    elif told:
        yield Span(*found.span(), kinds.CREDIT_CARD, 0.7, "card-told")


def _is_card(digits: str) -> bool:
    return is_branded(digits) and luhn.is_valid(digits) and len(set(digits)) > 1
