"""People of public knowledge, kept under the default policy so that a question about them gets its answer.

A short list on purpose: long dead or so widely written about that saying the name says nothing about who is asking.
The finder hides them all the same where the words around say that they are somebody's own (`my colleague ...`), and
under a policy with `public_names`. Full names only, and none that many people
share: a private James Brown stays hidden.
"""

from __future__ import annotations

_LINES = """
albert einstein|isaac newton|marie curie|pierre curie|charles darwin|galileo galilei|nikola tesla|thomas edison
stephen hawking|alan turing|ada lovelace|grace hopper|john von neumann|claude shannon|richard feynman|niels bohr
werner heisenberg|max planck|erwin schrödinger|carl friedrich gauss|leonhard euler|blaise pascal|rené descartes
gottfried wilhelm leibniz|louis pasteur|alexander fleming|rosalind franklin|james watson|francis crick|carl sagan
sigmund freud|carl jung|karl marx|friedrich engels|friedrich nietzsche|immanuel kant|jean-jacques rousseau
john locke|david hume|adam smith|john maynard keynes|milton friedman|noam chomsky|john stuart mill|thomas hobbes
william shakespeare|jane austen|charles dickens|mark twain|ernest hemingway|virginia woolf|george orwell|oscar wilde
leo tolstoy|fyodor dostoevsky|franz kafka|johann wolfgang von goethe|friedrich schiller|thomas mann|victor hugo
gabriel garcía márquez|miguel de cervantes|jorge luis borges|dante alighieri|umberto eco|agatha christie|stephen king
j. k. rowling|j.k. rowling|j. r. r. tolkien|j.r.r. tolkien|arthur conan doyle|edgar allan poe|emily dickinson
james joyce|samuel beckett|george bernard shaw|isaac asimov|arthur c. clarke|philip k. dick|ray bradbury|anne frank
leonardo da vinci|vincent van gogh|pablo picasso|salvador dalí|salvador dali|claude monet|andy warhol|frida kahlo
wolfgang amadeus mozart|ludwig van beethoven|johann sebastian bach|frédéric chopin|richard wagner|antonio vivaldi
elvis presley|michael jackson|bob dylan|john lennon|paul mccartney|freddie mercury|david bowie|taylor swift|lady gaga
katy perry|justin bieber|kanye west|ed sheeran|britney spears|kurt cobain|jimi hendrix|bob marley|frank sinatra
george washington|thomas jefferson|abraham lincoln|franklin d. roosevelt|franklin roosevelt|theodore roosevelt
john f. kennedy|john kennedy|richard nixon|ronald reagan|bill clinton|hillary clinton|george bush|george w. bush
barack obama|michelle obama|donald trump|joe biden|kamala harris|bernie sanders|benjamin franklin|alexander hamilton
martin luther king|martin luther king jr|rosa parks|malcolm x|nelson mandela|mahatma gandhi|indira gandhi
winston churchill|margaret thatcher|tony blair|boris johnson|queen elizabeth|angela merkel|olaf scholz|emmanuel macron
charles de gaulle|napoleon bonaparte|adolf hitler|joseph stalin|josef stalin|vladimir lenin|vladimir putin|leon trotsky
mikhail gorbachev|benito mussolini|francisco franco|fidel castro|che guevara|mao zedong|xi jinping|narendra modi
volodymyr zelensky|volodymyr zelenskyy|recep tayyip erdogan|otto von bismarck|willy brandt|helmut kohl|konrad adenauer
julius caesar|alexander the great|genghis khan|marco polo|christopher columbus|martin luther|john calvin|joan of arc
jesus christ|mother teresa|pope francis|john paul|thomas aquinas|dalai lama|sun tzu|marcus aurelius|florence nightingale
neil armstrong|buzz aldrin|yuri gagarin|amelia earhart|elon musk|bill gates|steve jobs|steve wozniak|jeff bezos
mark zuckerberg|tim cook|sundar pichai|larry page|sergey brin|satya nadella|sam altman|warren buffett|jack ma
linus torvalds|guido van rossum|dennis ritchie|ken thompson|bjarne stroustrup|donald knuth|tim berners-lee|andrew ng
geoffrey hinton|yann lecun|yoshua bengio|edsger dijkstra|john mccarthy|marvin minsky|brian kernighan|james gosling
michael jordan|lebron james|kobe bryant|muhammad ali|mike tyson|serena williams|roger federer|rafael nadal|usain bolt
lionel messi|cristiano ronaldo|diego maradona|tiger woods|babe ruth|tom brady|michael phelps|novak djokovic
charlie chaplin|alfred hitchcock|stanley kubrick|steven spielberg|quentin tarantino|martin scorsese|christopher nolan
george lucas|james cameron|walt disney|marilyn monroe|audrey hepburn|tom hanks|brad pitt|angelina jolie|tom cruise
leonardo dicaprio|johnny depp|meryl streep|morgan freeman|robert de niro|al pacino|scarlett johansson|will smith
oprah winfrey|kim kardashian|dwayne johnson|keanu reeves|emma watson|daniel radcliffe|tom holland|ryan reynolds
sherlock holmes|harry potter|hermione granger|ron weasley|james bond|luke skywalker|darth vader|peter parker|clark kent
bruce wayne|tony stark|don quixote|robin hood|king arthur|santa claus|mickey mouse|donald duck|homer simpson
bart simpson
walter white|jesse pinkman|captain kirk|frodo baggins|dr. watson|tyler durden|rick sanchez|lara croft
john mccain|mitt romney|al gore|john kerry|dwight eisenhower|harry truman|james madison|ulysses s. grant|robert e. lee
nancy pelosi|mike pence|dick cheney|condoleezza rice|henry kissinger|ron desantis|alexandria ocasio-cortez|j. d. vance
jd vance|justin trudeau|pierre trudeau|keir starmer|rishi sunak|liz truss|nigel farage|jeremy corbyn|nicolas sarkozy
françois hollande|françois mitterrand|jacques chirac|marine le pen|gerhard schröder|friedrich merz
ursula von der leyen|giorgia meloni|mariano rajoy|mark rutte|geert wilders|viktor orbán|viktor orban|lula da silva
jair bolsonaro|javier milei|hugo chávez|nicolás maduro|evo morales|salvador allende|augusto pinochet
benjamin netanyahu|yitzhak rabin|yasser arafat|saddam hussein|muammar gaddafi|osama bin laden|kim jong un|kim jong-un
deng xiaoping|chiang kai-shek|sun yat-sen|shinzo abe|jacinda ardern|desmond tutu|kofi annan|ban ki-moon|boris yeltsin
nikita khrushchev|dmitry medvedev|alexei navalny|princess diana|prince harry|meghan markle|king charles|queen victoria
henry viii|oliver cromwell|marie antoinette|louis xiv|simón bolívar|simon bolivar|ho chi minh|pol pot|michel foucault
jacques derrida|jean-paul sartre|simone de beauvoir|hannah arendt|ludwig wittgenstein|martin heidegger
arthur schopenhauer|søren kierkegaard|baruch spinoza|francis bacon|thomas paine|john dewey|émile durkheim
pierre bourdieu|jean piaget|lev vygotsky|b. f. skinner|ivan pavlov|abraham maslow|erik erikson|albert bandura
daniel kahneman|amos tversky|john rawls|karl popper|thomas kuhn|daron acemoglu|paul krugman|joseph stiglitz
friedrich hayek|ludwig von mises|thomas piketty|peter drucker|michael faraday|james clerk maxwell|lord kelvin
ernest rutherford|robert oppenheimer|paul dirac|wolfgang pauli|edwin hubble|johannes kepler|tycho brahe
nicolaus copernicus|gregor mendel|dmitri mendeleev|antoine lavoisier|jonas salk|edward jenner|joseph lister
ignaz semmelweis|linus pauling|emmy noether|srinivasa ramanujan|kurt gödel|david hilbert|bernhard riemann
évariste galois|andrew wiles|terence tao|roger penrose|neil degrasse tyson|richard dawkins|jane goodall|e. o. wilson
john rockefeller|andrew carnegie|wright brothers|nathaniel hawthorne|henry david thoreau|ralph waldo emerson
walt whitman|t. s. eliot|ezra pound|langston hughes|maya angelou|john steinbeck|f. scott fitzgerald|j. d. salinger
kurt vonnegut|truman capote|margaret atwood|alice munro|aldous huxley|h. g. wells|jules verne|mary shelley|bram stoker
rudyard kipling|george eliot|charlotte brontë|charlotte bronte|emily brontë|emily bronte|john milton|geoffrey chaucer
john keats|lord byron|percy shelley|william wordsworth|t. e. lawrence|d. h. lawrence|e. m. forster|roald dahl
c. s. lewis|terry pratchett|neil gaiman|george r. r. martin|george r.r. martin|ursula le guin|haruki murakami
kazuo ishiguro|salman rushdie|arundhati roy|chinua achebe|paulo coelho|isabel allende|pablo neruda|mario vargas llosa
julio cortázar|federico garcía lorca|marcel proust|gustave flaubert|honoré de balzac|charles baudelaire|arthur rimbaud
antoine de saint-exupéry|rainer maria rilke|bertolt brecht|günter grass|heinrich heine|heinrich böll|anton chekhov
ivan turgenev|alexander pushkin|henrik ibsen|august strindberg|hans christian andersen|astrid lindgren|italo calvino
primo levi|john grisham|henri matisse|paul cézanne|edvard munch|gustav klimt|rembrandt van rijn|johannes vermeer
jackson pollock|banksy|le corbusier|antoni gaudí|antoni gaudi|zaha hadid|clint eastwood|johannes brahms|franz schubert
robert schumann|franz liszt|pyotr tchaikovsky|igor stravinsky|claude debussy|gustav mahler|antonín dvořák|maria callas
john coltrane|duke ellington|billie holiday|stevie wonder|johnny cash|dolly parton|ringo starr|mick jagger
eric clapton|bruce springsteen|bon jovi|jon bon jovi|celine dion|amy winehouse|billie eilish|miley cyrus
justin timberlake|bruno mars|harry styles|dua lipa|kendrick lamar|snoop dogg|tupac shakur|jay z|nicki minaj|cardi b
post malone|david beckham|zinedine zidane|kylian mbappé|kylian mbappe|neymar jr|luka modric|pep guardiola|jürgen klopp
josé mourinho|franz beckenbauer|johan cruyff|michael schumacher|max verstappen|ayrton senna|sebastian vettel
maria sharapova|naomi osaka|simone biles|magic johnson|kareem abdul-jabbar|shaquille o'neal|kevin durant
wilt chamberlain|joe montana|patrick mahomes|lou gehrig|barry bonds|wayne gretzky|conor mcgregor|floyd mayweather
samuel l. jackson|matt damon|ben affleck|nicole kidman|cate blanchett|kate winslet|natalie portman|anne hathaway
jennifer aniston|ryan gosling|margot robbie|robert downey jr|chris hemsworth|mark ruffalo|christian bale|heath ledger
joaquin phoenix|jim carrey|adam sandler|ian mckellen|benedict cumberbatch|judi dench|helen mirren|jason statham
sylvester stallone|arnold schwarzenegger|nicolas cage|matthew mcconaughey|ridley scott|hayao miyazaki|akira kurosawa
federico fellini|ingmar bergman|joe rogan|ben shapiro|stephen colbert|jimmy kimmel|ellen degeneres|gordon ramsay
anna wintour|coco chanel|christian dior|karl lagerfeld|richard branson|peter thiel|marc andreessen|tony hawk
michael bloomberg|rupert murdoch|edward snowden|julian assange|greta thunberg|malala yousafzai|trevor noah
humphrey bogart|marlon brando|greta garbo|fred astaire|orson welles|john wayne|harriet tubman|frederick douglass
booker t. washington|w. e. b. du bois|susan b. anthony|eleanor roosevelt|paul revere|davy crockett|billy the kid
al capone|ted bundy|charles manson|lee harvey oswald|john wilkes booth|jack the ripper|guy fawkes|vasco da gama
ferdinand magellan|roald amundsen|ernest shackleton|edmund hillary|luke cage|bruce banner|natasha romanoff|han solo
princess leia|obi-wan kenobi|albus dumbledore|severus snape|draco malfoy|bilbo baggins|samwise gamgee|katniss everdeen
tyrion lannister|daenerys targaryen|dwight schrute|jim halpert|leslie knope|ross geller|chandler bing|monica geller
barney stinson|eric cartman|fred flintstone|bugs bunny|peter pan|alice liddell|oliver twist|david copperfield
ebenezer scrooge|jane eyre|anna karenina|jay gatsby|nick carraway|huckleberry finn|captain ahab|victor frankenstein
juliet capulet|lady macbeth
"""

FAMOUS = frozenset(name for line in _LINES.split("\n") for name in line.split("|") if name)
"""Lower case."""

_ALONE = (
    "einstein|newton|darwin|galileo|copernicus|kepler|tesla|curie|pasteur|oppenheimer|feynman|hawking|heisenberg|"
    "schrödinger|turing|gauss|euler|riemann|gödel|ramanujan|pythagoras|archimedes|euclid|hippocrates|socrates|plato|"
    "aristotle|homer|herodotus|cicero|seneca|virgil|ovid|sophocles|euripides|cleopatra|caligula|attila|charlemagne|"
    "saladin|napoleon|bonaparte|bismarck|lenin|stalin|trotsky|marx|engels|hitler|goebbels|himmler|göring|mussolini|"
    "churchill|thatcher|roosevelt|eisenhower|kennedy|nixon|reagan|obama|trump|biden|clinton|putin|gorbachev|yeltsin|"
    "khrushchev|brezhnev|zelensky|zelenskyy|selenskyj|macron|sarkozy|mitterrand|chirac|merkel|scholz|adenauer|"
    "berlusconi|meloni|erdoğan|erdogan|netanyahu|arafat|gandhi|nehru|modi|mao|mandela|guevara|maduro|bolsonaro|lula|"
    "milei|perón|evita|assad|gaddafi|saddam|khomeini|ataturk|atatürk|shakespeare|chaucer|dickens|brontë|orwell|"
    "tolkien|hemingway|steinbeck|faulkner|salinger|thoreau|kafka|goethe|brecht|nietzsche|kant|hegel|schopenhauer|"
    "heidegger|wittgenstein|habermas|leibniz|descartes|spinoza|voltaire|rousseau|montesquieu|diderot|sartre|camus|"
    "foucault|derrida|keynes|hayek|freud|piaget|vygotsky|maslow|pavlov|chomsky|confucius|laozi|lao tzu|buddha|"
    "muhammad|mohammed|jesus|christ|krishna|shiva|vishnu|allah|zeus|aphrodite|poseidon|hades|odin|loki|dante|petrarch|"
    "boccaccio|machiavelli|michelangelo|da vinci|caravaggio|botticelli|rembrandt|vermeer|van gogh|monet|manet|renoir|"
    "cézanne|gauguin|matisse|picasso|dalí|dali|miró|kandinsky|klimt|warhol|banksy|kahlo|mozart|beethoven|bach|haydn|"
    "händel|vivaldi|verdi|puccini|rossini|wagner|brahms|schubert|chopin|liszt|tchaikovsky|dvořák|mahler|debussy|ravel|"
    "stravinsky|shostakovich|beyonce|beyoncé|rihanna|shakira|eminem|kanye|bowie|björk|skrillex|avicii|lady gaga|"
    "zendaya|oprah|kardashian|jay-z|jay z|tupac|50 cent|snoop dogg|dr. dre|lil wayne|post malone|the weeknd|bad bunny|"
    "messi|ronaldo|neymar|mbappé|mbappe|maradona|pelé|zidane|beckham|ronaldinho|lewandowski|haaland|klopp|mourinho|"
    "guardiola|federer|nadal|djokovic|lebron|shaq|schumacher|verstappen|musk|bezos|zuckerberg|wozniak|torvalds|"
    "stallman|snowden|assange|rockefeller|magellan|da gama|gagarin|spielberg|kubrick|hitchcock|tarantino|scorsese|"
    "miyazaki|kurosawa|fellini|batman|superman|spiderman|spider-man|iron man|wolverine|deadpool|thanos|harley quinn|"
    "catwoman|aquaman|voldemort|dumbledore|snape|hermione|hagrid|frodo|gandalf|aragorn|legolas|gollum|sauron|bilbo|"
    "yoda|chewbacca|darth vader|vader|obi-wan|anakin|palpatine|spock|picard|sherlock|moriarty|dracula|frankenstein|"
    "tarzan|zorro|gatsby|hamlet|macbeth|othello|odysseus|achilles|hercules|beowulf|zelda|pikachu|kratos|lara croft|"
    "geralt|naruto|sasuke|goku|vegeta|luffy|godzilla|king kong|shrek|simba|donald duck|bart simpson|homer simpson|"
    "cartman|spongebob|snoopy|pinocchio|cinderella|snow white|rapunzel|santa claus|dalai lama|queen elizabeth|"
    "king charles|prince harry|princess diana"
)

FAMOUS_ALONE = frozenset(_ALONE.split("|"))
"""Single names by which the world calls somebody, and by which few private people are called. Lower case."""
