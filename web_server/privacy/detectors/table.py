"""All detectors, in one explicit table. A new family is a new file and a new row; the order does not matter."""

from __future__ import annotations

from web_server.privacy.detectors.bank import BankDetector
from web_server.privacy.detectors.calendar import BirthDetector, CalendarDetector
from web_server.privacy.detectors.coordinates import CoordinateDetector
from web_server.privacy.detectors.crypto import CryptoDetector
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.encoded import EncodedDetector
from web_server.privacy.detectors.fields import FieldDetector
from web_server.privacy.detectors.firms import FirmDetector
from web_server.privacy.detectors.handles import HandleDetector
from web_server.privacy.detectors.homes import HomeDetector
from web_server.privacy.detectors.hosts import HostDetector
from web_server.privacy.detectors.links import LinkDetector
from web_server.privacy.detectors.logins import LoginDetector
from web_server.privacy.detectors.mailbox import MailboxDetector
from web_server.privacy.detectors.money import MoneyDetector
from web_server.privacy.detectors.national import NationalIdDetector
from web_server.privacy.detectors.network import NetworkDetector
from web_server.privacy.detectors.papers import PaperDetector
from web_server.privacy.detectors.person import PersonDetector
from web_server.privacy.detectors.phone import PhoneDetector
from web_server.privacy.detectors.places import PlaceDetector
from web_server.privacy.detectors.proper import ProperNameDetector
from web_server.privacy.detectors.secret import SecretDetector
from web_server.privacy.detectors.street import StreetDetector
from web_server.privacy.detectors.tables import ColumnDetector

DETECTORS: tuple[type[Detector], ...] = (
    SecretDetector,
    MailboxDetector,
    LinkDetector,
    PhoneDetector,
    BankDetector,
    CryptoDetector,
    CoordinateDetector,
    NetworkDetector,
    NationalIdDetector,
    PaperDetector,
    BirthDetector,
    CalendarDetector,
    MoneyDetector,
    PersonDetector,
    ProperNameDetector,
    StreetDetector,
    PlaceDetector,
    FirmDetector,
    HandleDetector,
    LoginDetector,
    FieldDetector,
    ColumnDetector,
    HomeDetector,
    HostDetector,
    EncodedDetector,
)
