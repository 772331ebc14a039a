"""Which words of a text say how it is written and what is asked for, and which other words are used like a given one.

Read by the grammar. English words are in classes, the lines of `words.txt`, whose members are used alike; the words of
five other languages are Faker's, told apart by their endings. Read once, when first asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple

from web_server.privacy.detectors.common_words import ABBREVIATIONS, HOUSEHOLD
from web_server.privacy.detectors.glue import words as listed
from web_server.privacy.detectors.great_places import GREAT_PLACES
from web_server.privacy.obfuscation.vocabulary import ASKING, COMMON, WRITTEN_OUT

_FILE: Final = Path(__file__).with_name("words.txt")
_LOCALES: Final = {"de": "de_DE", "fr": "fr_FR", "es": "es_ES", "it": "it_IT", "nl": "nl_NL"}
_ENDINGS: Final = {
    "en": "ing ed ly tion tions ity ment ness er ers able al ic ous ive est ize ate es s",
    "de": "ungen ung heit keit isch lich ende ten en er es e t st",
    "fr": "tions tion ments ment ique euse eur er ir ées és ée é ent es e s",
    "es": "ciones ción mente idad ando iendo ados ado ar er ir os as o a",
    "it": "zioni zione mente ità ando endo ato are ere ire i o a e",
    "nl": "ingen ing heid lijk ende en er d t e s",
}
_PLAIN_LEAST: Final = 12

FRAME: Final[Mapping[str, frozenset[str]]] = {
    "en": listed("""
        write create explain describe make give list show tell help find use using generate provide compare summarize
        summary rewrite improve translate explain design build implement solve calculate suggest discuss analyze
        analyse draft plan prepare answer question questions example examples detail details detailed step steps
        following based include including between difference about into from than then also only just like need want
        best way ways good better more most less least new old long short simple code function program script text
        sentence sentences paragraph paragraphs word words letter email essay article story poem title section table
        points point list bullet format style tone professional formal english language version line lines page
        input output data file files value values name names number numbers type problem solution reason reasons
        other others another each every all any some many much first second third last next one two three four five
        six seven eight nine ten not without within while during before after over under again still already yet
        because since until though although however therefore both either neither same different such these those
        its their them they our us his him her she were been being had having will shall should might must may
        here there up down out off very really too so now today please thanks thank hello hi dear regards sincerely
        yours could would can't don't doesn't i'm it's i've what's let me give know think say said says see look
        work working works go going get getting got take taking come keep put set add added adding change changed
        start end part parts whole possible able sure correct right wrong true false yes okay per via etc
        in above across against almost alone along always among around anyone anything anyway anywhere away back behind
        below beside besides beyond cannot did doing done due else elsewhere enough even ever everyone everything except
        few further hence hers herself himself indeed itself made mine moreover mostly myself near never no nobody none
        nor nothing nowhere often once onto otherwise ours ourselves own perhaps quite rather regarding several somehow
        someone something sometimes somewhere than themselves through throughout thus together toward towards unless
        upon used various well whatever whenever whereas wherever whether whoever yourself yourselves etc hundred
        thousand million half twice became become becomes seem seems keep kept really usually currently maybe
        """),
    "de": listed("""
        schreibe schreib erkläre erklär beschreibe nenne gib zeig mach erstelle liste hilf brief text satz sätze wort
        wörter punkte beispiel beispiele frage antwort zusammenfassung unterschied zwischen kurz lang gut besser
        über unter nach vor bei aus sich sein seine ihre ihr unser euer dieser diese dieses jeder alle viele mehr
        weniger sehr nur schon immer wieder dann denn weil damit ohne gegen durch um am im ins zur zum vom werden
        wird wurde worden könnte sollte würde muss müssen soll sollen will möchte man es er hier dort heute bitte
        danke hallo liebe lieber grüße freundlichen sehr geehrte geehrter damen herren
        als also an ander andere anderen da dabei dafür dagegen daher damals daran darauf daraus darf darin darüber
        darum davon dazu dein deine deinem deinen deiner derselbe dich dir doch drei durfte eben ebenso ein einem einer
        eines
        einige einmal er erst etwa etwas euch fast für gegen gehen geht gemacht gerade gern gewesen hatte hatten hinter
        ihm ihn ihnen ihrem ihren ihrer irgend ja jede jeden jedoch jene jetzt kann kein keine keinen können lassen
        machen mehrere meinem meinen meiner meist neben neu noch nun ob obwohl oft selbst seit seinem seinen seiner
        sobald sogar solche sondern sonst sowie statt trotz um unsere usw vielleicht vor während war waren warum weder
        weiter welche wenig wer wohl wollen wurden zwar zwei
        """),
    "fr": listed("""
        écris écrivez explique expliquez décris donne donnez fais faites liste lettre texte phrase phrases mot mots
        exemple exemples question réponse résumé différence entre court long bon mieux sur sous après avant chez
        par sans contre son sa ses leur leurs notre votre cette cet ces chaque tous toutes plusieurs plus moins très
        aussi déjà encore puis donc car parce être avoir fait peut doit veux voudrais merci bonjour cordialement
        madame monsieur ai as a ont sont était si on y en l d qu
        afin ainsi alors au aucun auprès auquel autour autre autres avait avant avec beaucoup bien bon car ce ceci cela
        celle celles celui cependant certain certains ceux chacun chose comme d'un d'une dedans dehors depuis dernier
        derrière dès devant devrait dire dit dois doit dont du durant elle elles encore enfin ensuite environ eu eux
        faire faut fois font hors ici ils j'ai jamais jusque l'un là laquelle lequel lors lorsque lui maintenant mais
        même mêmes mien moi mon ne ni non nos nous où ou par parmi pendant personne peu peuvent pouvoir premier près
        presque puisque quand quant que quelque quelques qui quoi rien s'il se sera serait seul seulement soi soit sous
        suis tandis tant tel telle tellement toi tout toute trop tu un une va vers voici voilà vos vous vraiment
        """),
    "es": listed("""
        escribe explica describe dame haz lista carta texto frase frases palabra palabras ejemplo ejemplos pregunta
        respuesta resumen diferencia entre corto largo bueno mejor sobre bajo después antes sin contra su sus
        nuestro este esta estos estas cada todos todas muchos menos muy también ya todavía entonces porque ser
        estar hacer puede debe quiero quisiera gracias hola estimado estimada saludos señor señora ha han son si e
        ahora al algo alguien algún alguna algunas alguno algunos allí ante antes aquel aquella aquí así aun aunque
        bastante bien cada casi cierto como conmigo contigo cosa cosas cuando cuanto cuyo de debajo debe deben decir del
        desde donde dos durante él ella ellas ellos encima era eran eres esa esas ese eso esos está están fue fueron
        hace hacen hacia hasta hay he hemos he incluso ir jamás junto le les lo luego mas me mediante mejor menos mi
        mientras mío mismo mucho muchas nada nadie ni ningún ninguna nos nosotros nuestra nuestros nunca o os otra
        otras otro otros para parece pero poco podemos porque primero pues pueden que quien quienes quizás sea según
        ser será si sí siempre sido siendo sino sobre solo sólo soy tal tales tampoco tan tanto te tener tengo ti tiene
        tienen toda todo tras tres tu tus último un unas uno unos usted ustedes va vamos van varios veces ver vez y ya
        """),
    "it": listed("""
        scrivi spiega descrivi dammi fai elenco lettera testo frase frasi parola parole esempio esempi domanda
        risposta riassunto differenza tra fra breve lungo buono meglio sopra sotto dopo prima senza contro suo sua
        suoi nostro questo questa questi queste ogni tutti tutte molti meno molto già ancora poi quindi perché
        essere avere fare può deve voglio vorrei grazie ciao buongiorno gentile saluti signor signora ha hanno se
        l d dell all nell sull dei delle degli dal dalla al alla
        abbiamo adesso agli ai alcune alcuni allora altra altre altri altro anche ancora anzi appena assai avete aveva
        avuto ben bene che chi chiunque ci ciascuno ciò cioè circa come con cosa così cui da dagli dai dalle davanti
        davvero degli dell'  dentro di dire dopo dove dovrebbe due durante e ecco ed egli ella era erano essa esse essi
        fa fanno fatto fino fuori gli ha hai ho i ieri il in infatti invece io la là le lei li lo loro lui lungo mai me
        mentre mi mia mie mio nei nella nelle nello nessuno niente noi non nostra nostri nulla nuovo o oggi ogni ognuno
        oltre oppure ora ossia ovvero parte per perciò però piuttosto poco possono prima primo proprio può pure qualche
        qualcosa qualcuno qualsiasi quale quando quanto quasi quattro quel quella quelle quelli quello qui quindi se
        sempre senza sia siamo siete sono sopra sotto sta stata state stati stato stessa stesso su subito sui sulla
        sulle suoi tale tanto te ti tra tre troppo tu tua tue tuo tuoi tutta tutto un uno va verso vi voi vostra
        """),
    "nl": listed("""
        schrijf leg uit beschrijf geef maak lijst brief tekst zin zinnen woord woorden voorbeeld voorbeelden vraag
        antwoord samenvatting verschil tussen kort lang goed beter over onder na voor bij zonder tegen zijn haar
        hun ons onze deze die elke alle veel meer minder zeer erg ook al nog dan dus omdat worden wordt werd kan
        moet wil graag dank hallo beste geachte groeten meneer mevrouw heeft had was waren of in uit tot door
        achter af afgelopen allebei alleen als altijd ander andere anders bent beide bijna binnen boven buiten
        daar daarna daarom dat de den der dezelfde dit doe doen doet door dus echter een eens eerst eigen elk elkaar en
        enkele er ergens gaan gaat gedaan geen gehad gewoon ging had hadden hebben hebt heel hen hier hij hoewel
        iedereen iemand iets ieder ik in is jou jouw jullie kon konden krijgen later liever maar mag me mee men met mij
        mijn misschien moeten mogen naar naast net niets niemand niet nieuw nodig nooit nu of omdat ongeveer onder ook
        op over overal pas precies sinds soms staan staat steeds tenzij terug terwijl toch toen twee tijdens u uw
        vaak vanaf van vele veel verder via volgens vooral vorige waar waarbij wanneer want wat we weer wel welk wie wij
        wil willen word ze zei zelf zelfs zich zij zo zoals zodat zonder zou zouden zulke
        """),
}
"""What says how one asks, and is kept: beside the commonest words, which tell a language."""

CODE: Final = listed("""
    def class import from return public private static void const let var function select where order group insert
    update delete into values join left inner outer case when then else elif end while for foreach switch break continue
    try catch except finally raise throw throws new this self super null none true false print printf println console
    log int str string float double char bool boolean long short byte list dict set map array object struct enum
    interface extends implements package include using namespace template typename lambda async await yield with as is
    not and or if len range append push pop type typeof instanceof main args kwargs init html body head div span href
    src http https www com org img style script link meta width height color px em id key value index json xml csv sql
    std cout cin endl vector sizeof unsigned echo sudo apt pip npm git docker bash cd ls mkdir grep frac sqrt sum begin
    ket left right text mathbb mathrm int_ lim infty alpha beta gamma delta theta lambda sigma cdot times leq geq
    """)
"""What code is written with whatever it is about."""


class Words(NamedTuple):
    """Of one language: by word its class, and for a word of none the classes by ending."""

    classes: Mapping[str, Sequence[str]]
    endings: Sequence[tuple[str, Sequence[str]]]
    kept: frozenset[str]

    def like(self, lower: str) -> Sequence[str]:
        """Words that may stand where this one, in small letters, stands."""
        known = self.classes.get(lower)
        if known:
            return known
        return next(found for ending, found in self.endings if lower.endswith(ending))


@cache
def words(language: str) -> Words:
    """The words of a language; of one that is not known, the English ones."""
    language = language if language in _LOCALES else "en"
    kept = COMMON[language] | ASKING[language] | FRAME[language] | CODE | frozenset(WRITTEN_OUT[language])
    classes: dict[str, Sequence[str]] = {}
    if language == "en":
        for line in _FILE.read_text(encoding="utf-8").splitlines():
            members = [word for word in line.split() if word not in kept]
            classes.update(dict.fromkeys(members, members))
        every: Sequence[str] = sorted(classes)
    else:
        faker = import_module(f"faker.providers.lorem.{_LOCALES[language]}").Provider.word_list
        every = sorted({word.lower() for word in faker if len(word) > 3} - kept)
    endings = [(ending, [word for word in every if word.endswith(ending)]) for ending in _ENDINGS[language].split()]
    endings = [(ending, found) for ending, found in endings if len(found) >= _PLAIN_LEAST]
    return Words(classes, [*endings, ("", every)], kept)


@cache
def names_known_to_all() -> tuple[Sequence[str], Sequence[str]]:
    """Words that are written with a capital (places, firms), and abbreviations."""
    places = {name for name in GREAT_PLACES if name.isalpha() and name.isascii() and len(name) > 3}
    capitals = sorted(places | {word for word in HOUSEHOLD if word.isalpha() and len(word) > 3})
    return capitals, sorted(word for word in ABBREVIATIONS if word.isalpha() and 1 < len(word) < 6)
