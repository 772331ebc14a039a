"""Capitalised words that are not people: what sentences, headings, greetings and code begin with.

Read by the gazetteer and the person detector. Kept short: the long lists of ordinary words come with Faker.
"""

from __future__ import annotations

from web_server.privacy.detectors.glue import words

NOT_NAMES = words(
    "true false none null undefined "
    "the a an i we you he she it they this that these those there here what who when where why how which "
    "if in on at by for from with without to of and or but not no yes so as is are was were be been has "
    "have had do does did can could would shall should might must let lets please thanks thank hello hi "
    "hey dear sir madam sirs all everyone everybody team folks guys friend friends colleagues customer "
    "support hiring manager committee recruiter editor world monday tuesday wednesday thursday friday "
    "saturday sunday january february march july september october november december montag dienstag "
    "mittwoch donnerstag freitag samstag sonntag januar februar märz mai oktober dezember lundi mardi "
    "mercredi jeudi vendredi samedi dimanche janvier février mars juin juillet août septembre octobre "
    "novembre décembre lunes martes miércoles jueves viernes sábado domingo enero febrero abril mayo "
    "junio agosto septiembre octubre noviembre diciembre god lord king queen prince princess "
    "president mr mrs ms dr prof professor doctor miss sr sra srta herr frau monsieur madame mme señor "
    "señora don doña dña signor signora mom mum dad mama papa grandma grandpa uncle aunt santa siri "
    "cortana chatgpt gpt gemini bard copilot python java javascript typescript rust scala "
    "kotlin swift perl django flask react angular vue node linux windows android ios mac docker git "
    "github google apple microsoft amazon facebook meta twitter instagram netflix youtube tesla openai "
    "nvidia intel oracle english german french spanish italian dutch chinese japanese korean russian "
    "american british european asian african indian mexican canadian australian christian jewish muslim "
    "catholic hindu step part chapter section figure table note question answer input output "
    "task goal role user assistant system human context summary title name date time city state country "
    "street road avenue university college school hospital company corp inc ltd llc gmbh bank group "
    "department office center centre institute museum church park lake river mount mountain island north "
    "south east west new old great first last second third next best regards sincerely cheers yours love "
    "kind warm many write create make give explain describe tell show list find generate use using add my "
    "your his her its our their me him us them one two three four five six seven eight nine ten also "
    "however because der die das und ein eine ich wir sie ihr mit von für auf aus bei nach le la les un "
    "une et je nous vous il elle el los las una y yo lo gli di da per con een het wij jij van art arte "
    "mit como para por pero sin está este esta esto que se data model test code file class function "
    "method type value key string list number error result order product service internet ai api url http "
    "https json html css sql xml csv pdf usa uk eu un ok ceo cto cfo coo hr pm it pc tv id faq bachelor "
    "master phd bsc msc mba engineer developer director analyst nurse teacher student senior junior chief "
    "ocr etc nbsp amp lorem ipsum hallo hola bonjour ciao salut servicio clínica centro informe fecha "
    "nombre apellidos domicilio edad sexo médico paciente años historia datos hombre mujer col episodio "
    "país ningún tras dado actualmente antecedentes exploración motivo remitido tage einer eines süden "
    "norden westen osten euer unser juni juli avril americans british germans french polish swedish "
    "turkish greek arab arabic hispanic latino single married happy sorry sure glad currently trying "
    "looking new ok okay varón niña niño adolescente lactante recién male female boy girl junge mädchen männlich "
    "correo email mail tel teléfono fax telefon phone móvil sección unidad departamento complejo dirección colegiado "
    "iban bic weiblich homme femme fille garçon uomo donna maschio femmina jongen meisje"
)
"""Never a name, in any position."""

ALSO_WORDS = words(
    "julia claude alexa julio page price ruby "
    "will mark bill frank grace hope faith joy rose iris ruby pearl jade crystal dawn eve summer autumn "
    "april june august dale glen cliff rock stone dean chase chance grant wade ward rich guy duke prince "
    "king major art gene drew skip wren penny olive ginger sandy sunny star sky river forest brook rain "
    "storm max page paige gray grey brown white black green young long short small little strong power "
    "day night winter snow frost bush wood woods field fields hill hills banks rivers parks park lane "
    "street price cash gold silver diamond baker cook fisher hunter carpenter mason taylor carter porter "
    "cooper miller smith bishop pope abbot monk knight noble love best good sharp wise swift bright fox "
    "wolf bird byrd crane swan hawk lamb bull bell ball house church temple hall wall bridge gates ford "
    "dell case cross chapman harmony melody destiny trinity charity mercy patience prudence constance "
    "angel jesus christian jordan israel paris london florence sydney austin houston dallas madison "
    "brooklyn chelsea georgia virginia carolina dakota india china america asia kenya cuba milan lorenz "
    "gauss fourier bernoulli markov bayes laplace newton kelvin tesla nobel pascal euler hilbert ada lisp "
    "per are can even odd bent bo roy so su ay ege naz nur sol paz luz mar sun moon van don ana the ten "
    "else noel echo alpha beta delta sigma theta lambda gamma omega zeta data meta atlas mercury venus "
    "apollo athena hermes zeus juno eden trace bond honor major merit royal reed read may pine cherry "
    "berry coral sage basil clay jet dolores consuelo rosario pilar camino mercedes asunción concepción "
    "remedios salud cruz santos iglesia reyes blanca clara franco valor viva nova luna alma perla gloria "
    "victoria palma cam cord harness mode model lot ange aurore aimée désirée constant juste placide "
    "parfait olive reine fleur rémy marine solange sacha wolf stern heide mai ulm bernd brand lange kurz "
    "klein gross groß neu alt kraft engel kaiser könig fuchs vogel hahn busch berg stein sommer winter "
    "herbst frühling sonntag freitag koch richter schneider becker bauer weber chip rusty buddy junior "
    "sky dusty kit lance miles norm tab tad trip drew sage arch ash bay jan mar apr jun jul aug sep oct "
    "nov dec mon tue wed thu fri sat mia rio dot case dallas devon essex kent lance lincoln washington "
    "jefferson hamilton marshall tyler said made lady tone till owe ale sales tea nas sem omo uni captain hurricane "
    "baked vanity syrian army retail colour"
)
"""Names that are words too: they count only beside another name or behind words that announce one."""

PLACES = words(
    "paris london florence sydney austin houston dallas india china cuba chad kenya israel jordan "
    "brooklyn georgia virginia carolina dakota milan madison africa europe america asia australia england "
    "scotland wales ireland britain germany france spain italy netherlands holland austria switzerland "
    "poland sweden norway denmark finland russia ukraine turkey greece portugal mexico canada brazil "
    "argentina chile japan korea vietnam thailand berlin munich hamburg vienna zurich madrid barcelona "
    "rome naples venice turin lisbon warsaw prague budapest moscow istanbul athens dublin manchester "
    "birmingham liverpool glasgow edinburgh boston chicago seattle denver phoenix detroit atlanta miami "
    "orlando toronto montreal vancouver tokyo kyoto beijing shanghai hong kong singapore mumbai delhi "
    "bangalore kolkata chennai dubai cairo lagos nairobi johannesburg california texas florida nevada "
    "arizona oregon utah ohio michigan illinois alabama alaska hawaii montana wyoming kansas missouri "
    "oklahoma louisiana tennessee kentucky maryland delaware vermont maine york jersey hampshire angeles "
    "francisco diego antonio jose vegas orleans zealand lanka arabia emirates salvador rica guinea sahara "
    "gaza palestine"
)
MONTHS = words("april may june august jan mar apr jun jul aug")
SAMPLE_NAMES = words("example sample muster mustermann musterfrau beispiel ejemplo esempio voorbeeld")
"""Surnames people write where they do not want to write one."""

BEFORE_PLACES = words(
    "paris london florence sydney austin houston dallas india china cuba chad kenya israel jordan "
    "brooklyn georgia virginia carolina dakota milan madison san santa saint st port fort mount lake new "
    "los las el la cape north south east west lower upper sankt são"
)
"""A capitalised word behind one of these belongs to a place: San Diego, Lake Victoria."""

BEHIND_THINGS = words(
    "hospital hospitalario clínica clinica universidad universitario universitaria universitari instituto "
    "fundación colegio "
    "complejo centro calle avenida avda plaza paseo virgen reina beata hermanos colonia delegación barrio urbanización "
    "hôpital clinique université institut lycée collège école rue avenue place boulevard quai pont gare musée ospedale "
    "università istituto scuola via viale piazza corso ponte stazione museo basilica universität klinikum krankenhaus "
    "gymnasium institut stiftung museum haus platz kirche school hospital fort mount lake port hurricane gasthof hotel "
    "villa castillo palacio teatro théâtre stadion estadio stadio premio prix"
)
"""What follows one of these in a run belongs to a thing: `Hospital Gregorio Marañón`, `Piazza Giuseppe Verdi`."""

AFTER_THINGS = words(
    "university college school hospital street st avenue ave road rd boulevard lane drive inc ltd llc "
    "corp corporation company gmbh ag co foundation institute center centre museum park airport station "
    "bridge river lake island county city town village district province prize award medal theorem law "
    "lemma algorithm effect test disease syndrome method equation distribution transform model theory "
    "principle formula inequality process series league cup bowl stadium arena church cathedral temple "
    "hotel restaurant bar cafe press publishing records pictures studios entertainment motors airlines "
    "bank capital partners group holdings industries systems technologies software labs library server "
    "database framework api act bill treaty war battle revolution empire dynasty kingdom republic party "
    "state day days festival christmas games scale index number numbers code file function class island "
    "islands ocean sea desert valley canyon beach bay mountain mountains hills forest tower building "
    "house palace castle square market mall plaza diagram chain network machine trail"
)
"""A name before one of these names a thing: Stanford University, Bayes Theorem."""
