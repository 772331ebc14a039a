"""What people write right before a name, in six languages.

Read by the person detector. `sure` cues are believed with any capitalised words behind them; the others need a name
that is known, or two words. Patterns match at the end of the cue's last word; the name is the last group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.letters import CAPITALISED, INITIAL, PARTICLE

NAME = (
    rf"({CAPITALISED}(?:[ \u00a0](?:{PARTICLE}[ \u00a0])?(?:{INITIAL}|{CAPITALISED})){{0,4}}|{INITIAL} ?(?:"
    rf"{INITIAL} ?)?{CAPITALISED})"
)
_TITLE = (
    r"(?:(?i:mr|mrs|ms|miss|mx|dr|prof|sir|herrn?|frau|hr|fr|monsieur|madame|mme|mlle|m|sr|sra|srta|señora?|don|"
    r"doña|dña|sig|"
    r"sig\.ra|signora?|dott|dott\.ssa|dhr|mevr|mevrouw|meneer|dra|drs|ing|doctor|professor|dipl|med|hc)\b\.?[ -]){0,3}"
)
_LINE_END = r"(?=[ \t]{0,3}(?:[,!.;:\n\r–—-]|$))"


@dataclass(frozen=True, slots=True)
class NameCue:
    name: str
    words: frozenset[str]
    pattern: re.Pattern[str]
    score: float
    sure: bool = False


RELATED = words(
    "boss colleague coworker friend wife husband girlfriend boyfriend fiancé fiancée fiance partner son "
    "daughter brother sister mother father mom mum dad uncle aunt cousin nephew niece grandmother "
    "grandfather grandma grandpa neighbor neighbour roommate flatmate landlord tenant manager supervisor "
    "assistant secretary client customer patient student teacher therapist lawyer attorney accountant "
    "doctor employee classmate teammate ex baby kid child stepson stepdaughter mentor buddy mate kollege "
    "kollegin kollegen chef chefin frau mann freund freundin sohn tochter bruder schwester mutter vater "
    "nachbar nachbarin kunde kundin mandant mandantin patientin patienten vermieter mieter lehrer "
    "lehrerin cousine onkel tante collègue patron patronne mari femme ami amie fils fille frère sœur mère "
    "père voisin voisine cliente patiente élève jefe jefa compañero compañera esposa esposo marido mujer "
    "amigo amiga novio novia hijo hija hermano hermana madre padre vecino vecina paciente colega collega "
    "capo moglie marito amica figlio figlia fratello sorella madre vicino vicina paziente baas vriend "
    "vriendin man vrouw zoon dochter broer zus moeder vader buurman buurvrouw klant patiënt"
)

CUES = (
    NameCue("introduced", words("name"), re.compile(
        rf"(?:['’]s| is|s|\?)(?: also)?:? {_TITLE}{NAME}"), 0.85, sure=True),
    NameCue("introduced", words(
            "heiße heisse llamo chiamo heet nazywam apelle appelle"
        ), re.compile(rf" {_TITLE}{NAME}"), 0.85, sure=True),
    NameCue("introduced", words(
            "nombre nome naam nom ist est es è is ben soy sono bin suis"
        ), re.compile(rf" {_TITLE}{NAME}"), 0.6),
    NameCue("introduced", words("i"), re.compile(rf"(?:['’]m| am) (?:called |named )?{_TITLE}{NAME}"), 0.65),
    NameCue("introduced", words(
            "this"
        ), re.compile(rf" is {_TITLE}{NAME}(?= from| speaking| calling| here| writing|,|\.| with| at|$)"), 0.65),
    NameCue("titled", words(
            "mr mrs ms miss mx dr prof herr herrn frau mme mlle dhr mevr mevrouw meneer dra dott drs dña doña "
            "señor señora signor signora monsieur madame professor doctor srta"
        ), re.compile(
        rf"\.?[ \u00a0]{{0,2}}{_TITLE}{NAME}"), 0.8, sure=True),
    NameCue("titled", words("sr sra sig hr"), re.compile(rf"\.[ \u00a0]{{0,2}}{_TITLE}{NAME}"), 0.75, sure=True),
    NameCue("titled", words(
            "don judge officer captain detective nurse sergeant lieutenant colonel senator attorney pastor rabbi "
            "sister pan pani coach principal"
        ), re.compile(rf" {NAME}"), 0.55),
    NameCue("greeted", words(
            "dear dearest hi hey hello liebe lieber hallo cher chère bonjour salut hola querido querida estimado "
            "estimada ciao caro cara gentile beste geachte dag cordial moin servus"
        ), re.compile(
        rf",? {_TITLE}{NAME}{_LINE_END}"), 0.8, sure=True),
    NameCue("greeted", words(
            "dear dearest hi hey hello liebe lieber hallo geehrte geehrter cher chère hola querido querida "
            "estimado estimada caro cara gentile beste geachte"
        ), re.compile(rf",? {_TITLE}{NAME}"), 0.6),
    NameCue("signed", words(
            "regards sincerely faithfully wishes yours truly cheers thanks best love respectfully cordially "
            "grüßen grüße gruß gruss grüssen lg vg mfg cordialement salutations amicalement bisous atentamente "
            "saludos saludo cordialmente saluti groet groeten groetjes hochachtungsvoll abrazo besos"
        ), re.compile(
        rf"[,!.]?[ \t]{{0,3}}(?:\r?\n[ \t]{{0,4}}){{1,3}}[-–— ]{{0,3}}{_TITLE}{NAME}(?=[ \t]{{0,3}}(?:[,\n\r|(]|"
        rf"$))"), 0.8, sure=True),
    NameCue("signed", words(
            "regards sincerely grüßen grüße cordialement atentamente saludos saluti groet"
        ), re.compile(
        rf"[,!.]? {{1,2}}[-–—]{{0,2}} ?{_TITLE}{NAME}"), 0.65),
    NameCue("field", words(
            "name patient patiente patientin paciente paziente patiënt klient client cliente customer kunde "
            "kundin nom nombre apellido apellidos vorname nachname familienname cognome nome naam voornaam "
            "achternaam prénom surname firstname lastname fullname forename attn author médico arzt ärztin "
            "employee applicant candidate tenant landlord witness contact recipient sender absender empfänger "
            "signed customername username nachricht witness interviewer interviewee speaker participant student "
            "teacher guest"
        ), re.compile(
        rf"(?:[ _](?:name|full|first|last))?[\"'*]{{0,3}}[ \t]{{0,3}}[:=][ \t*]{{0,4}}[\"']{{0,1}}{_TITLE}"
        rf"{NAME}"), 0.6),
    NameCue("field-sure", words(
            "nombre firstname lastname fullname surname forename vorname nachname familienname apellido apellidos "
            "cognome voornaam achternaam prénom patient patientin paciente paziente customername médico attn"
        ), re.compile(
        rf"(?:[ _]name)?[\"'*]{{0,3}}[ \t]{{0,3}}[:=][ \t*]{{0,4}}[\"']{{0,1}}{_TITLE}{NAME}"), 0.8, sure=True),
    NameCue("field-sure", words(
            "first last full customer user given family maiden client employee contact patient author middle"
        ), re.compile(
        rf"[ _\-]?(?i:name)[\"'*]{{0,3}}[ \t]{{0,3}}(?:[:=]|is)[ \t*]{{0,4}}[\"']{{0,1}}{_TITLE}"
        rf"{NAME}"), 0.8, sure=True),
    NameCue("header", words("from to cc bcc von an de à para da van aan reply sender"), re.compile(
        rf"(?:-to)?:[ \t]{{0,3}}[\"']?{_TITLE}{NAME}[\"']?(?=[ \t]{{0,2}}(?:<|\n|\r|\(|$|[;,]))"), 0.7),
    NameCue("by", words("por by clinico clínico durch"), re.compile(rf":[ \t]{{0,3}}{_TITLE}{NAME}"), 0.65),
    NameCue("related", RELATED, re.compile(
        rf"(?:,| named| called| is called| is named|['’]s name is| namens| llamad[oa]| che si chiama| genaamd|:)? "
        rf"{_TITLE}{NAME}"), 0.7),
    NameCue("named", words("named called namens"), re.compile(rf" {_TITLE}{NAME}"), 0.55),
    NameCue("doing", words(
            "trainer präsident präsidentin kanzler kanzlerin minister ministerin bürgermeister bürgermeisterin "
            "sprecher "
            "sprecherin kommissar torwart torhüter stürmer sänger sängerin autor autorin regisseur regisseurin "
            "schauspieler schauspielerin vorsitzende vorsitzender geschäftsführer geschäftsführerin leiter leiterin "
            "direktor direktorin president chancellor mayor governor secretary spokesman spokeswoman ceo founder "
            "cofounder "
            "producer songwriter singer actor actress director striker midfielder goalkeeper bishop presenter "
            "presidente presidenta ministro ministra alcalde alcaldesa director directora actriz cantante entrenador "
            "portavoz président présidente ministre maire directeur directrice acteur chanteur chanteuse entraîneur "
            "direttore direttrice sindaco attore attrice cantante allenatore burgemeester voorzitter minister trainer"
        ), re.compile(rf" {NAME}"), 0.5),
    NameCue("doing", words(
            "told asked met with by from and tell ask email emailed contact contacted call called remind invite "
            "thank meet for to says about helped against starring directed featuring feat ft including hired "
            "fired married via mit von con para avec pour"
        ), re.compile(
        rf" {NAME}(?= (?:said|says|told|asked|wrote|called|emailed|texted|sent|has|had|was|is|will|wants|lives|"
        rf"works|who|and I|from|at|of|in|on|to)\b|[,.!?;:)\]]|['’]s\b| ?[-–—]|\n|$)"), 0.5),
)  # fmt: skip

_WHEN = (
    r"(?= (?:about|to|if|whether|that|for|when|and|or|tomorrow|today|tonight|yesterday|last|next|on|at|in|from|before|"
    r"after|again|instead|how|why|what|where|who|please|re)\b|[,.!?;)]|$)"
)
ASKED = words("ask asked tell told email emailed remind reminded invite invited thank thanked texted phoned dm")
"""A word that nobody knows is a person's name behind these."""
MET = words("lunch dinner breakfast coffee brunch drinks meeting date spoke speak talk talked chat chatted met")
ASKED_NAME = re.compile(rf" ({CAPITALISED}){_WHEN}")
MET_NAME = re.compile(
    rf" (?:with|to) ((?:{CAPITALISED}|(?!(?:milk|cream|sugar|wine|salad|rice|bread|salt|family|mine|both|some|lots|"
    rf"each|that|this|them|which|what)\b)[^\W\d_]{{3,20}}(?<!s))(?: {CAPITALISED})?){_WHEN}"
)

LOWER = re.compile(r"(?:['’]s|['’]m| am| is|s)? ((?:[^\W\d_]{3,20})(?: [^\W\d_]{3,20})?)(?!\w)")
"""`my name is anna smith`: behind these words a name is believed in small letters too, if it is a known one."""
LOWER_WORDS = RELATED | words("name i im its it this heiße heisse llamo chiamo heet appelle")
