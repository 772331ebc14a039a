"""Papers and files with a number: passport, driving licence, number plate, medical record.

Their formats are loose, so the word before decides; plates of two states with a shape of their own stand alone.
"""

from __future__ import annotations

import re

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Cue, Rule, TableDetector
from web_server.privacy.detectors.glue import after, words

_NUMBERED = r"(?=[A-Z0-9\-]{0,12}\d)[A-Z0-9][A-Z0-9\-]{4,19}(?![\w])"
_GROUPED = r"(?=[A-Za-z0-9 \-]{0,8}\d)[A-Za-z0-9]{1,8}(?:[ \-]?[A-Za-z0-9]{2,8}){1,4}(?!\w)"
_FILED = r"(?!\d{4}-\d\d-\d\d)(?=(?:[A-Z\-]{0,5}\d){4})[A-Z0-9\-]{5,21}(?!\w)"
_PLATE = r"(?=[A-Z0-9 \-·]{0,7}\d)[A-ZÄÖÜ0-9]{1,4}(?:[ \-·]?[A-Z0-9]{1,4}){1,3}(?!\w)"


class PaperDetector(TableDetector):
    KINDS = (kinds.PASSPORT, kinds.DRIVER_LICENSE, kinds.LICENSE_PLATE, kinds.MEDICAL_RECORD)
    RULES = (
        Rule(kinds.DRIVER_LICENSE, "licence-uk",
             re.compile(r"[A-Z9](?<!\w.)[A-Z9]{4}\d[0156]\d[0-3]\d\d[A-Z9]{2}\d[A-Z]{2}(?!\w)"), 0.85),
        Rule(kinds.LICENSE_PLATE, "plate-uk",
             re.compile(r"[A-HJ-PR-Y](?<!\w.)[A-HJ-PR-Y]\d\d [A-HJ-PR-Z]{3}(?!\w)"), 0.6),
        Rule(kinds.LICENSE_PLATE, "plate-de",
             re.compile(r"[A-ZÄÖÜ](?<![\w\-].)[A-ZÄÖÜ]{0,2}-[A-Z]{1,2} ?\d{2,4}[EH]?(?![\w\-])"), 0.5),
    )  # fmt: skip
    CUES = (
        Cue(kinds.PASSPORT, "passport",
            words(
            "passport reisepass reisepassnummer passnummer passeport pasaporte passaporto paspoort paspoortnummer "
            "passportnumber"
        ), after(_NUMBERED), 0.85),
        Cue(kinds.DRIVER_LICENSE, "licence",
            words(
            "license licence driver's dl führerschein führerscheinnummer permis permiso patente rijbewijs "
            "rijbewijsnummer licencia driving drivers"
        ), after(_NUMBERED), 0.7),
        Cue(kinds.LICENSE_PLATE, "plate",
            words(
            "plate plates registration kennzeichen nummernschild immatriculation immatriculé "
            "immatriculée plaque matrícula matricula targa targata "
            "kenteken reg numberplate autokennzeichen"
        ), after(_PLATE, re.NOFLAG), 0.75),
        Cue(kinds.MEDICAL_RECORD, "medical-record",
            words("mrn nhc medicalrecord patientennummer fallnummer patientnummer chart mbi"),
            after(_GROUPED, re.NOFLAG), 0.75),
        Cue(kinds.MEDICAL_RECORD, "medical-record-file",
            words(
            "patiëntnummer patientenid aktenzeichen krankenversicherungsnummer versichertennummer krankenkassennummer "
            "dossiernummer dossier historia cartella sanitaria patienten patient medicare expediente polisnummer"
        ), after(_FILED, re.NOFLAG), 0.75),
        Cue(kinds.MEDICAL_RECORD, "medical-record-told", words(
            "medical patient health member historia cartella dossier"
        ),
            re.compile(r"(?i:\s(?:record|chart|file|insurance|id|clínica|clinica|médical)\b"
                       r"(?:\s(?:number|no\.?|nr\.?|id)){0,2}(?:\s?[:#=]|\s(?:is|was))?)\s{0,3}"
                       r"((?=[A-Z0-9\-]{0,8}\d)[A-Z0-9\-]{4,20})(?!\w)"), 0.75),
    )  # fmt: skip
