"""How streets, firms, schools and the like are called in six languages. Read by the fillers.

`{l}` and `{k}` are surnames, `{f}` a first name, `{c}` a town, `{n}` and `{m}` numbers.
"""

from __future__ import annotations

COUNTRIES = {
    "en": ("US", "GB", "IE", "CA", "AU", "IN", "NZ"),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE", "CH", "CA"),
    "es": ("ES", "MX", "AR", "CO", "CL"),
    "it": ("IT",),
    "nl": ("NL", "BE"),
}
STREETS = {
    "en": (
        "{n} {l} Street",
        "{n} {l} Road",
        "{n} {l} Ave",
        "{n} {f} Lane, Apt {m}",
        "Flat {m}, {n} {l} Close",
        "{n} Old {l} Rd",
    ),
    "de": ("{l}straße {n}", "{l}str. {n}", "{l}weg {n}a", "Am {l}platz {n}", "{f}-{l}-Straße {n}", "{l}gasse {n}/{m}"),
    "fr": ("{n}, rue {f} {l}", "{n} avenue {l}", "{n} bis, chemin de {l}", "{n} bd {l}"),
    "es": ("Calle {l}, {n}, {m}º B", "C/ {l} {n}", "Avda. de {l}, {n}", "Calle {f} {l} {n}, {m}A", "Plaza {l} {n}"),
    "it": ("Via {f} {l} {n}", "via {l}, {n}", "Piazza {l} {n}", "Corso {l} {n}"),
    "nl": ("{l}straat {n}", "{l}laan {n}-{m}", "{l}weg {n}", "{f} {l}plein {n}"),
}
_FIRMS = {
    "en": (
        "{l} & {k}",
        "{l} Ltd",
        "{l} Inc.",
        "{l} Group",
        "{l} and Sons",
        "{l} Consulting",
        "{c} Foods",
        "{l} Logistics",
        "{l} {k} LLP",
        "{c} Motors",
    ),
    "de": (
        "{l} GmbH",
        "{l} & {k} KG",
        "{l} AG",
        "Bäckerei {l}",
        "{l} Maschinenbau",
        "Kanzlei {l} & {k}",
        "Autohaus {l}",
    ),
    "fr": ("{l} SARL", "Cabinet {l}", "{l} et Fils", "Boulangerie {l}", "{l} SA", "Garage {l}"),
    "es": ("{l} S.L.", "Talleres {l}", "{l} y {k} Abogados", "Grupo {l}", "Construcciones {l}"),
    "it": ("{l} S.r.l.", "Studio {l}", "{l} & Figli", "Officine {l}", "Panificio {l}"),
    "nl": ("{l} B.V.", "Bakkerij {l}", "{l} & {k}", "Garage {l}", "{l} Transport"),
}
_SCHOOLS = {
    "en": ("{l} High School", "University of {c}", "{c} College", "St {f}'s Primary School", "{c} University"),
    "de": ("{l}-Gymnasium", "Universität {c}", "Grundschule {c}", "Hochschule {c}"),
    "fr": ("lycée {l}", "Université de {c}", "collège {f} {l}"),
    "es": ("IES {l}", "Universidad de {c}", "Colegio {f} {l}"),
    "it": ("Liceo {l}", "Università di {c}", "Istituto {l}"),
    "nl": ("{l} College", "Universiteit {c}", "basisschool {l}"),
}
_CLINICS = {
    "en": ("{c} General Hospital", "{l} Medical Center", "{l} Clinic", "{c} Dental Practice", "St. {f} Hospital"),
    "de": ("Klinikum {c}", "{l}-Krankenhaus", "Praxis Dr. {l}", "Universitätsklinikum {c}"),
    "fr": ("CHU de {c}", "clinique {l}", "Hôpital {l}"),
    "es": (
        "Hospital {l}",
        "Hospital Universitario de {c}",
        "Clínica {l}",
        "Hospital General de {c}",
        "Centro de Salud {c}",
        "Hospital Clínico de {c}",
    ),
    "it": ("Ospedale {l}", "Clinica {l}", "Policlinico di {c}"),
    "nl": ("{l} Ziekenhuis", "ziekenhuis {c}", "huisartsenpraktijk {l}"),
}
_TEAMS = {
    "en": ("{c} United", "{c} City", "{c} Tigers", "{c} FC", "{c} Hawks"),
    "de": ("FC {c}", "SV {c}", "TSV {c}", "{c} 04", "VfB {c}"),
    "fr": ("Olympique de {c}", "FC {c}", "AS {c}"),
    "es": ("Real {c}", "CD {c}", "Atlético {c}"),
    "it": ("AC {c}", "US {c}", "{c} Calcio"),
    "nl": ("FC {c}", "{c} Boys", "SC {c}"),
}
_AGENCIES = {
    "en": (
        "{c} City Council",
        "{c} Police Department",
        "{l} Foundation",
        "Department of Health",
        "{c} Housing Association",
    ),
    "de": ("Finanzamt {c}", "Jobcenter {c}", "Stadt {c}", "Amtsgericht {c}", "{l}-Stiftung"),
    "fr": ("mairie de {c}", "préfecture de {c}", "CAF de {c}", "Fondation {l}"),
    "es": ("Ayuntamiento de {c}", "Fundación {l}", "Juzgado de {c}"),
    "it": ("Comune di {c}", "Fondazione {l}", "Questura di {c}"),
    "nl": ("gemeente {c}", "Stichting {l}", "politie {c}"),
}
SORTS = {"firm": _FIRMS, "school": _SCHOOLS, "clinic": _CLINICS, "team": _TEAMS, "agency": _AGENCIES}
