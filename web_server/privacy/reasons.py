"""Why something was found, in plain words: a sentence for each rule that detectors name.

Called by whoever shows a caller his own text. Pure; for a rule that is not in the table the kind of thing speaks.
Never decides anything: a sentence that is missing or wrong hides no less.
"""

from __future__ import annotations

from types import MappingProxyType

from web_server.privacy import kinds

SENTENCES = MappingProxyType({
    "deny-list": "is on the policy's list of values that are always hidden",
    "elsewhere": "is hidden elsewhere in the text, so it is hidden here too",
    "participant": "names who is speaking",
    "recalled": "stood in an answer in the place of its surrogate",
    "own": "matches a pattern that the operator added",
    "encoded": "holds something private in another writing, such as base64",
    "field": "is the value of a field that says what it is",
    # people
    "person": "reads like a person's name",
    "person-address": "stands where an address names its person",
    "person-asked": "is a name that the text asks about",
    "person-by": "stands where a text names its author",
    "person-called": "is called by name",
    "person-doing": "is a name that does something here",
    "person-field": "is the value of a field for a name",
    "person-first": "is a known first name",
    "person-forum": "stands where a forum names who wrote",
    "person-greeted": "is greeted by name",
    "person-initial": "is a name with an initial",
    "person-introduced": "is introduced by name",
    "person-known": "is a first name and a surname that are known",
    "person-letterhead": "stands where a letter names a person",
    "person-listed": "stands in a list of names",
    "person-mention": "is named in passing",
    "person-named": "is announced as a name by the words before it",
    "person-other-script": "reads like a name in another script",
    "person-owner-of": "owns something here",
    "person-owner": "owns something here, by the form of the word",
    "person-quoted": "is quoted by name",
    "person-related": "is somebody's relative, colleague or client here",
    "person-signed": "stands where a letter is signed",
    "person-small-letters": "is a known name, written without capitals",
    "person-small-context": "stands, without capitals, where a name stands",
    "person-speaker": "stands where a text names who speaks",
    "person-spoken-to": "is spoken to by name",
    "person-subject": "does something here that people do",
    "person-surname": "is a known surname",
    "person-titled": "follows a title such as Mr or Dr",
    "handle": "is the name of an account",
    "username": "is announced as the name of an account",
    "username-log": "stands where the name of an account stands",
    "age": "is somebody's age",
    "small-place": "is a small place, named in passing",
    "age-again": "is the age that was said before",
    "date": "is a date",
    "money": "is an amount of money",
    "date-of-birth": "is a date that the words around it call a birth",
    # contact
    "email": "is a mail address",
    "email-spelled": "is a mail address with its signs spelled out",
    "email-spoken": "is a mail address as it is spoken",
    "phone": "has the form of a telephone number",
    "phone-told": "is announced as a telephone number by the words before it",
    "phone-international": "is a valid international telephone number",
    "phone-broken": "is a telephone number, broken over two lines",
    "phone-bare": "stands in a list of telephone numbers or beside a mail address",
    "phone-national": "is a valid national telephone number",
    "phone-possible": "has the length of a telephone number, and words nearby that speak of one",
    "url": "is a link",
    "url-personal": "is a link that holds something personal",
    "url-profile": "is a link to somebody's profile",
    "url-own": "is a link to somebody's own site",
    "url-unknown": "is a link to a site that few know",
    "home": "names the owner of a folder",
    "ipv4": "is an IP address",
    "ipv6": "is an IP address",
    "mac": "is the address of a network card",
    # places
    "street": "reads like a street address",
    "street-unit": "names a flat or a unit of a house",
    "street-small": "reads like a street address, written without capitals",
    "address-block": "reads like an address over several lines",
    "postcode": "has the form of a postcode",
    "zip": "has the form of a ZIP code",
    "plz": "is a postcode before a town",
    "town": "is a town beside its postcode or state",
    "gps": "is a pair of coordinates",
    "is-from": "is where somebody is from",
    "is-in": "is a place that something is in",
    "goes-to": "is where somebody goes",
    "ours-in": "is a place of somebody's own",
    "lives-in": "is where somebody lives",
    "field-town": "is the value of a field for a place",
    "proper-place": "stands where a place is named",
    # firms
    "legal-form": "is a name with the legal form of a firm",
    "works-at": "is where somebody works",
    "field-firm": "is the value of a field for a firm",
    "proper": "is a name of some kind, which this policy hides too",
    # money
    "iban": "passes the IBAN checksum",
    "iban-shaped": "is written as its state writes an IBAN, with a slip in it",
    "iban-told": "is announced as an IBAN by the words before it",
    "bic": "has the form of a bank's code, and words nearby that speak of one",
    "card": "passes the checksum of card numbers",
    "card-told": "is announced as a card number by the words before it",
    "vat": "passes the checksum of a VAT number",
    "base58": "passes the checksum of a wallet's address",
    "bech32": "passes the checksum of a wallet's address",
    "monero": "has the form of a Monero address",
    "solana": "has the form of a Solana address, and words nearby that speak of one",
    "ethereum": "has the form of an Ethereum address",
    "host": "is the name of a machine that only its owner knows",
    # papers
    "ssn": "has the form of a US social security number",
    "itin": "has the form of a US tax number",
    "nino": "has the form of a UK national insurance number",
    "pan": "has the form of an Indian tax number",
    "national-checksum": "passes the checksum of a national number",
    "national-written": "is written like a national number and passes its checksum",
    "id-told": "is announced as an identity number by the words before it",
    "passport": "is announced as a passport number by the words before it",
    "licence": "is announced as a driving licence by the words before it",
    "licence-uk": "has the form of a UK driving licence",
    "plate": "is announced as a licence plate by the words before it",
    "plate-uk": "has the form of a UK licence plate",
    "plate-de": "has the form of a German licence plate",
    "medical-record": "is announced as a patient's number by the words before it",
    # secrets
    "secret": "has the published format of a key or token",
    "secret-login": "is a password inside an address",
    "secret-pem": "is a private key",
    "secret-putty": "is a private key",
    "secret-password": "is announced as a password by the words before it",
    "secret-saying": "is announced as a password by the words before it",
    "secret-key": "is announced as a key by the words before it",
    "secret-token": "is announced as a token by the words before it",
    "secret-weak": "is announced as a key by the words before it, and looks random",
    "secret-command": "is handed to a program as a password",
    "secret-pin": "is announced as a PIN by the words before it",
    "secret-code": "is announced as a code by the words around it",
    "secret-recovery": "stands in a list of recovery codes",
    "secret-seed": "is the seed of a code generator",
    "secret-phrase": "is the recovery phrase of a wallet",
    "secret-hash": "is the hash of a password",
    "secret-pgpass": "is a password in a list of logins",
    "secret-wifi": "is the password of a wireless network",
    "secret-manifest": "is a value of a Kubernetes secret",
    "secret-auth": "is a login in a header",
    "secret-cookie": "is a cookie that looks like a key",
})  # fmt: skip


KINDS = MappingProxyType(
    {
        kinds.PERSON: "a person's name",
        kinds.USERNAME: "the name of an account",
        kinds.AGE: "an age",
        kinds.DATE_OF_BIRTH: "a date of birth",
        kinds.DATE_TIME: "a date or time",
        kinds.MONEY: "an amount of money",
        kinds.EMAIL_ADDRESS: "a mail address",
        kinds.PHONE_NUMBER: "a telephone number",
        kinds.URL: "a link",
        kinds.IP_ADDRESS: "an IP address",
        kinds.MAC_ADDRESS: "the address of a network card",
        kinds.STREET_ADDRESS: "a street address",
        kinds.POSTAL_CODE: "a postcode",
        kinds.LOCATION: "a place",
        kinds.GPS: "a pair of coordinates",
        kinds.ORGANIZATION: "the name of a firm or an organisation",
        kinds.CREDIT_CARD: "a card number",
        kinds.IBAN_CODE: "an IBAN",
        kinds.SWIFT: "a bank's code",
        kinds.BANK_ACCOUNT: "a bank account",
        kinds.CRYPTO: "the address of a wallet",
        kinds.VAT: "a VAT number",
        kinds.PASSPORT: "a passport number",
        kinds.DRIVER_LICENSE: "a driving licence",
        kinds.LICENSE_PLATE: "a licence plate",
        kinds.MEDICAL_RECORD: "a patient's number",
        kinds.SECRET: "a key, a token or a password",
        **dict.fromkeys(kinds.NATIONAL_IDS, "an identity number"),
    }
)


def sentence(reason: str, kind: str = "") -> str:
    """Plain words for a reason. A rule of a family that has a sentence takes that: `street-de` is a street.

    Where there is none, what was found speaks for itself; of a kind of the operator's own only the rule is known.
    """
    name = reason
    while name:
        if name in SENTENCES:
            return SENTENCES[name]
        name = name.rpartition("-")[0]
    if reason.endswith("-told"):
        return "is announced by the words before it"
    if kind in KINDS:
        return f"reads like {KINDS[kind]}"
    return f"was found by the rule `{reason}`" if reason else "was found"
