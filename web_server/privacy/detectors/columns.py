"""What the name of a field or column says about its values, in six languages, and whether a value can be that.

Read by the detectors of fields and tables. A key is a promise, not a proof: identifiers, types, booleans and
placeholders are no values, and `name` alone says too little.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from web_server.privacy import kinds
from web_server.privacy.detectors.common_words import STOPS
from web_server.privacy.detectors.gazetteer import Gazetteer
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.not_names import NOT_NAMES
from web_server.privacy.detectors.secret_values import is_password, is_placeholder
from web_server.privacy.transliterate import folded

_KEYS: Mapping[str, str] = {
    kinds.PERSON: (
        "firstname fname forename givenname givennames lastname lname surname familyname fullname middlename "
        "maidenname "
        "birthname customername clientname patientname contactname contactperson employeename studentname teachername "
        "personname guestname membername ownername sendername recipientname receivername authorname cardholder "
        "cardholdername accountholder accountholdername accountname beneficiary nextofkin emergencycontact "
        "emergencyname "
        "spouse spousename mothername fathername parentname childname doctorname physician applicant applicantname "
        "candidate candidatename tenant tenantname landlord passenger passengername holder holdername displayname "
        "realname preferredname nickname attendee attendees participant assignedto assignee reporter signatory "
        "signedby "
        "approvedby reviewedby billingname shippingname buyername sellername salesrep interviewer interviewee "
        "prénom prénoms vorname nachname familienname zuname kundenname kunde ansprechpartner mitarbeiter "
        "patientenname geburtsname "
        "mädchenname empfänger empfaenger absender kontoinhaber rufname vollständigername name1 name2 vorundnachname "
        "nombres apellido apellidos primerapellido segundoapellido nombrecompleto nombreyapellidos cliente titular "
        "destinatario remitente trabajador empleado paciente contacto prenom prenoms nomdefamille nomcomplet "
        "nometprenom "
        "nomclient destinataire expediteur salarie employe titulaire cognome nomecompleto nomeecognome intestatario "
        "mittente dipendente paziente voornaam achternaam tussenvoegsel volledigenaam klantnaam klant contactpersoon "
        "medewerker ontvanger afzender rekeninghouder geslotennaam"
    ),
    "NAME": "name nom nombre nome naam names contact client customer patient employee author owner manager user "
    "user_name "
    "person driver student member agent doctor speaker lead representative requester",
    kinds.USERNAME: "username userid login loginname handle nick screenname benutzername benutzer nombredeusuario "
    "usuario "
    "utilisateur identifiant nomutente utente gebruikersnaam gebruiker twitter instagram telegram skype discord github",
    kinds.DATE_OF_BIRTH: "dob birthdate birthday dateofbirth bday geburtsdatum geburtstag gebdatum fechanacimiento "
    "fechadenacimiento datenaissance datedenaissance datadinascita datanascita geboortedatum birth born",
    kinds.LOCATION: "città población city town village ort stadt wohnort geburtsort ville commune ciudad "
    "localidad poblacion municipio "
    "lugardenacimiento provincia citta comune luogodinascita plaats woonplaats stad geboorteplaats birthplace "
    "placeofbirth hometown billingcity shippingcity homecity lieudenaissance county",
    kinds.POSTAL_CODE: "zip zipcode postcode postalcode plz postleitzahl codepostal cp codigopostal cap postnummer "
    "billingzip shippingzip zippostal",
    kinds.STREET_ADDRESS: "address address1 address2 addressline addressline1 addressline2 street streetaddress "
    "streetname "
    "homeaddress billingaddress shippingaddress mailingaddress deliveryaddress postaladdress adresse anschrift strasse "
    "straße strassehausnummer lieferadresse rechnungsadresse direccion dirección calle domicilio indirizzo via "
    "residenza adres "
    "straat rue adressepostale residence addr",
    kinds.ORGANIZATION: "company companyname employer employername organization organisation org firm firma firmenname "
    "arbeitgeber unternehmen entreprise société società societe raisonsociale employeur empresa compania "
    "razonsocial empleador azienda "
    "ditta ragionesociale societa bedrijf bedrijfsnaam werkgever vendor vendorname supplier suppliername businessname "
    "clientcompany school hospital",
    kinds.PHONE_NUMBER: "téléphone teléfono móvil phone phonenumber telephone tel mobile mobilenumber cell "
    "cellphone homephone workphone fax "
    "telefon telefonnummer handy handynummer mobil telefono movil celular telefonoMovil portable cellulare telefoon "
    "telefoonnummer mobiel contactnumber whatsapp",
    kinds.US_SSN: "ssn socialsecurity socialsecuritynumber",
    kinds.NATIONAL_ID: "nationalid nationalidnumber idnumber identitynumber personalid taxid taxnumber tin steuerid "
    "steuernummer sozialversicherungsnummer svnummer ausweisnummer personalausweis dni nif nie curp rfc cedula "
    "numeroseguridadsocial nir numsecu "
    "numerosecuritesociale codicefiscale cf bsn burgerservicenummer pesel insurancenumber nationalinsurance nino "
    "versichertennummer aadhaar",
    kinds.PASSPORT: "passport passportno passportnumber reisepass reisepassnummer passnummer pasaporte passeport "
    "numeropasseport passaporto paspoort paspoortnummer",
    kinds.DRIVER_LICENSE: "driverlicense driverslicense driverlicence drivinglicence drivinglicense licensenumber "
    "driverlicensenumber fuehrerschein führerscheinnummer permisoconducir permisdeconduire patente rijbewijs",
    kinds.LICENSE_PLATE: "licenseplate licenceplate numberplate plate platenumber kennzeichen matricula targa kenteken "
    "immatriculation plaque",
    kinds.MEDICAL_RECORD: "mrn medicalrecord medicalrecordnumber patientid patientno patientnumber chartnumber nhc "
    "numerohistoria patientennummer patientnummer",
    kinds.BANK_ACCOUNT: "accountnumber accountno acctno bankaccount bankaccountnumber kontonummer numerocuenta "
    "numerodecuenta numerodecompte numeroconto rekeningnummer",
    kinds.CREDIT_CARD: "cardnumber ccnumber creditcard creditcardnumber kreditkarte kartennummer numerotarjeta",
    kinds.SECRET: "password passwd pwd passwort kennwort contraseña contrasena motdepasse wachtwoord passphrase apikey "
    "accesstoken secretkey secret",
    kinds.AGE: "age alter edad eta età leeftijd",
}  # fmt: skip
KIND_OF: Mapping[str, str] = {
    spelling: kind
    for kind, keys in _KEYS.items()
    for key in keys.split()
    for spelling in (key.lower(), folded(key.lower()))
}
"""A key without its marks and capitals -> the kind of its values; `NAME` for keys that may name people or things."""

_PERSONAL = frozenset(KIND_OF) - words(
    "name nom nombre nome naam names contact client customer author owner manager user agent lead company org address "
    "city town county age via cap cp tin cf school hospital vendor supplier secret plate residence handle login github"
)
"""Keys that stand beside people only: beside one of these `name` is somebody's."""
_PIECES = re.compile(r"[^\W_]+")
_NO_VALUES = words(
    "string str int integer number float double boolean bool true false null none nil undefined nan any object "
    "array list "
    "dict date datetime text varchar char required optional unknown n/a na tbd todo yes no y n male female m f "
    "self this "
    "name value key id default example sample test admin root user username password email address city first last "
    "firstname lastname surname placeholder foo bar baz qux xxx your the new old all other various anonymous system "
    "auto primary secondary varón mujer hombre"
)
_NAME_LIKE = re.compile(r"[^\W\d_][^\W\d_'’.,\- ]*(?:[ ,.'’\-]{1,2}[^\W\d_]+\.?){0,5}")
_CODE_LIKE = re.compile(r"[(){}\[\]<>$=;|\\/_]|[a-z][A-Z]|^\W|::|\.[a-z]")
_NUMBERS = re.compile(r"[\w .,/+()\-]*\d[\w .,/+()\-]*")


def normal(key: str) -> str:
    """`First-Name`, `first_name` and `firstName` are one key."""
    return "".join(_PIECES.findall(key)).lower()


def is_personal(key: str) -> bool:
    return key in _PERSONAL


def kind_of(key: str) -> str | None:
    """The kind, the key in normal form; of `billing_first_name` too."""
    found = KIND_OF.get(key) or KIND_OF.get(folded(key))
    if found is None and len(key) > 8:
        for length in (9, 8, 7):
            tail = KIND_OF.get(key[-length:]) if len(key) > length + 2 else None
            if tail is not None and key[-length:] in _TAILS:
                return tail
    return found


_TAILS = words("firstname lastname fullname surname birthdate postcode zipcode nachname vorname cardholder")


def accepts(kind: str, value: str, names: Gazetteer, among_people: bool) -> str | None:
    """The kind of a value of such a field; none for what no person would call a value of it."""
    if not 1 < len(value) < 100 or value.lower() in _NO_VALUES or value.startswith(("http", "{{", "${", "<%")):
        return None
    if kind == "NAME":
        return kinds.PERSON if _is_person(value, names, among_people) else None
    return kind if _CHECKS.get(kind, _is_short)(value) else None


def _is_person(value: str, names: Gazetteer, among_people: bool) -> bool:
    if not _is_name(value):
        return False
    keys = [key.lower() for key in _PIECES.findall(value)]
    if any(key in NOT_NAMES or names.is_word(key) for key in keys):
        return False
    if among_people:
        return all(
            word[0].isupper() or word.lower() in names.first or word.lower() in names.last for word in value.split()
        )
    if len(keys) == 1:
        return keys[0] in names.common and names.is_plain_first(keys[0])
    return any(names.is_plain_first(key) or names.is_plain_last(key) for key in keys)


def _is_name(value: str) -> bool:
    return (
        _NAME_LIKE.fullmatch(value) is not None
        and _CODE_LIKE.search(value.replace("Mc", "").replace("Mac", "").replace("De", "")) is None
        and not all(key in NOT_NAMES or key in _NO_VALUES for key in value.lower().split())
    )


def _is_town(value: str) -> bool:
    return (
        value[0].isalpha()
        and len(value) > 2
        and not any(char.isdigit() for char in value)
        and _CODE_LIKE.search(value) is None
        and value.partition(" ")[0].lower() not in _NO_TOWNS
    )


_NO_TOWNS = STOPS - words("la le los las el san den de les")


def _is_street(value: str) -> bool:
    return " " in value and any(char.isalpha() for char in value) and "@" not in value and "://" not in value


def _has_number(value: str) -> bool:
    return sum(char.isdigit() for char in value) > 3 and _NUMBERS.fullmatch(value) is not None


def _is_code(value: str) -> bool:
    return any(char.isdigit() for char in value) and len(value) < 12 and _NUMBERS.fullmatch(value) is not None


def _is_age(value: str) -> bool:
    return value.isdigit() and len(value) < 4


def _is_login(value: str) -> bool:
    return " " not in value and len(value) > 2 and value.strip("@")[0].isalnum() and "(" not in value


def _is_firm(value: str) -> bool:
    return (
        any(char.isupper() for char in value)
        and any(char.isalpha() for char in value)
        and "(" not in value
        and "_" not in value
    )


def _is_birth(value: str) -> bool:
    return any(char.isdigit() for char in value) and len(value) < 30 and "(" not in value


def _is_password(value: str) -> bool:
    return len(value) > 3 and " " not in value and is_password(value) and not is_placeholder(value)


def _is_short(value: str) -> bool:
    return len(value) < 60


_CHECKS: Mapping[str, Callable[[str], bool]] = {
    kinds.PERSON: _is_name,
    kinds.LOCATION: _is_town,
    kinds.STREET_ADDRESS: _is_street,
    kinds.POSTAL_CODE: _is_code,
    kinds.ORGANIZATION: _is_firm,
    kinds.PHONE_NUMBER: _has_number,
    kinds.US_SSN: _has_number,
    kinds.NATIONAL_ID: _has_number,
    kinds.PASSPORT: _is_code,
    kinds.DRIVER_LICENSE: _has_number,
    kinds.LICENSE_PLATE: _is_code,
    kinds.MEDICAL_RECORD: _has_number,
    kinds.BANK_ACCOUNT: _has_number,
    kinds.CREDIT_CARD: _has_number,
    kinds.USERNAME: _is_login,
    kinds.DATE_OF_BIRTH: _is_birth,
    kinds.SECRET: _is_password,
    kinds.AGE: _is_age,
}
