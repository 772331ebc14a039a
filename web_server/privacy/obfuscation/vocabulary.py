"""Words by language: how a language is told, what is written out, what is spelled right. Explicit tables, nothing else.

Read by `language` and `casual`. Every right-hand side is left alone by every table, so that one look-up is enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> Mapping[str, str]:
    """From lines of `wrong>right` pairs, parted by commas; the right side may be several words."""
    return MappingProxyType(dict(pair.strip().split(">") for pair in text.replace("\n", " ").split(",") if ">" in pair))


COMMON: Mapping[str, frozenset[str]] = MappingProxyType({
    "en": _words(
        "the and is are was i you it that this with for have has not my what how can of to do be if your from would "
        "please they there which when make about write an on at as or but we he she by my me no so get want need help "
        "give explain who where why does did would i'm don't it's hello thanks"
    ),
    "de": _words(
        "der die das und ist nicht ich du sie wir ein eine einen mit für auf wie was kann auch mir mich bitte von zu "
        "den dem wenn oder aber mein meine haben hat sind dass noch bin habe"
    ),
    "fr": _words(
        "le la les et est je tu il elle nous vous un une des dans pour avec que qui pas ce cette mon ma mes sur "
        "comment peux suis du au plus c'est j'ai svp ne"
    ),
    "es": _words(
        "el la los las y es yo tú un una de que en por para con no mi mis cómo puedo como qué está su del al lo se me "
        "pero más q favor tengo soy"
    ),
    "it": _words(
        "il lo la gli e è io tu un una di che in per con non mi mio mia come posso cosa del della sono ho nel alla "
        "più ma si anche i le"
    ),
    "nl": _words(
        "de het een en is ik je jij we niet van voor met hoe wat kan op aan mijn dat dit zijn heb ben als maar ook "
        "naar er te om graag"
    ),
})  # fmt: skip
"""The commonest words, by which a text is taken to be of a language."""

ASKING: Mapping[str, frozenset[str]] = MappingProxyType({
    "en": _words(
        "what who whom whose which when where why how is are am was were do does did can could would should will may "
        "has have isn't aren't don't doesn't didn't can't couldn't won't wouldn't shouldn't what's who's where's how's"
    ),
    "de": _words("was wer wen wem wann wo warum wieso weshalb wie welche welcher welches ist sind kann kannst könntest "
                 "können könnten soll sollte darf hat hast gibt woher wohin"),
    "fr": _words("que quoi qui quand où pourquoi comment quel quelle quels quelles combien est-ce peux-tu pouvez-vous "
                 "pourrais-tu pourriez-vous"),
    "es": _words("qué quién quiénes cuándo dónde cómo cuál cuáles cuánto cuánta cuántos cuántas puedes podrías"),
    "it": _words("cosa chi quando dove come perché quale quali quanto quanti quanta quante puoi potresti"),
    "nl": _words("wat wie wanneer waar waarom hoe welke welk is zijn kan kun kunt zou kunnen mag moet heb heeft"),
})  # fmt: skip
"""Words that a question begins with."""

WRITTEN_OUT: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "": _pairs("pls>please,plz>please,thx>thanks,tnx>thanks,thnx>thanks"),
    "en": _pairs("""
        u>you,ur>your,ya>you,yall>you all,y'all>you all,wanna>want to,gonna>going to,gotta>have to,
        gimme>give me,lemme>let me,kinda>kind of,sorta>sort of,dunno>don't know,cuz>because,coz>because,
        bc>because,b/c>because,'cause>because,tho>though,altho>although,thru>through,tmrw>tomorrow,tmr>tomorrow,
        tonite>tonight,nite>night,ppl>people,smth>something,sth>something,smb>somebody,abt>about,
        btwn>between,idk>I don't know,imo>in my opinion,imho>in my opinion,btw>by the way,fyi>for your
        information,asap>as soon as possible,rn>right now,afaik>as far as I know,iirc>if I recall correctly,
        ty>thank you,tysm>thank you so much,ok>okay,okey>okay,yea>yes,yeah>yes,yep>yes,yup>yes,
        nah>no,nope>no,wat>what,wut>what,wot>what,dat>that,dis>this,teh>the,hte>the,wth>what on earth,
        dont>don't,doesnt>doesn't,didnt>didn't,isnt>isn't,arent>aren't,wasnt>wasn't,
        werent>weren't,cant>can't,couldnt>couldn't,wouldnt>wouldn't,shouldnt>shouldn't,wont>won't,havent>haven't,
        hasnt>hasn't,hadnt>hadn't,mustnt>mustn't,aint>isn't,ain't>isn't,
        thats>that's,whats>what's,heres>here's,theres>there's,hes>he's,shes>she's,
        i'm>I am,im>I am,i've>I have,ive>I have,i'll>I will,you're>you are,
        youre>you are,you've>you have,youve>you have,you'll>you will,youll>you will,we're>we are,we've>we have,
        weve>we have,we'll>we will,they're>they are,theyre>they are,they've>they have,theyve>they have,
        they'll>they will,theyll>they will,it'll>it will,itll>it will,he'll>he will,she'll>she will,that'll>that will,
        thatll>that will,wouldve>would have,couldve>could have,
        shouldve>should have,would've>would have,could've>could have,should've>should have,
        betwen>between,dosent>doesn't,dosnt>doesn't,doesent>doesn't,didt>didn't,wnat>want,jsut>just,
        agian>again,allready>already,allways>always,alright>all right,basicly>basically,buisness>business,
        bussiness>business,diffrence>difference,diference>difference,excercise>exercise,familar>familiar,
        genious>genius,greatful>grateful,hopeing>hoping,imediately>immediately,lenght>length,makeing>making,
        minuites>minutes,mounth>month,ofcourse>of course,orginal>original,perfomance>performance,
        programing>programming,quiestion>question,recive>receive,shure>sure,straigt>straight,stuped>stupid,
        throught>through,tryed>tried,usualy>usually,vaccum>vacuum,whcih>which,yeild>yield,
        halp>help,definately>definitely,definatly>definitely,definetly>definitely,recieve>receive,recieved>received,
        seperate>separate,seperately>separately,occured>occurred,occuring>occurring,untill>until,wich>which,
        becuase>because,becasue>because,beacuse>because,becouse>because,alot>a lot,tommorow>tomorrow,
        tommorrow>tomorrow,tomorow>tomorrow,wierd>weird,freind>friend,freinds>friends,beleive>believe,
        acheive>achieve,adress>address,arguement>argument,begining>beginning,beggining>beginning,calender>calendar,
        cemetary>cemetery,collegue>colleague,collegues>colleagues,comming>coming,completly>completely,
        concious>conscious,dissapear>disappear,dissapoint>disappoint,dissapointed>disappointed,embarass>embarrass,
        enviroment>environment,existance>existence,experiance>experience,explaination>explanation,finaly>finally,
        foriegn>foreign,goverment>government,gaurd>guard,grammer>grammar,happend>happened,harrass>harass,
        immediatly>immediately,independant>independent,interupt>interrupt,knowlege>knowledge,liason>liaison,
        libary>library,maintainance>maintenance,mispell>misspell,neccessary>necessary,necessery>necessary,
        noticable>noticeable,occassion>occasion,ocasion>occasion,oppurtunity>opportunity,paralel>parallel,
        peice>piece,persistant>persistent,posession>possession,prefered>preferred,privelege>privilege,
        probaly>probably,probly>probably,prolly>probably,publically>publicly,realy>really,reccomend>recommend,
        recomend>recommend,refered>referred,relevent>relevant,rember>remember,resturant>restaurant,
        restaraunt>restaurant,rythm>rhythm,sence>sense,similiar>similar,sincerly>sincerely,speach>speech,
        succesful>successful,successfull>successful,suprise>surprise,suprised>surprised,thier>their,tounge>tongue,
        truely>truly,usefull>useful,wether>whether,writting>writing,writen>written,diffrent>different,
        diferent>different,intrested>interested,intresting>interesting,langauge>language,responce>response,
        questoin>question,anwser>answer,awnser>answer,exmaple>example,porblem>problem,probelm>problem,
        shoud>should,woud>would,coud>could,thnk>think,knwo>know,waht>what,taht>that,adn>and,nad>and,"""),
    "de": _pairs("""
        bitt>bitte,biite>bitte,vllt>vielleicht,viell>vielleicht,evtl>eventuell,zb>zum Beispiel,dh>das heißt,
        bzgl>bezüglich,ggf>gegebenenfalls,mfg>mit freundlichen Grüßen,lg>liebe Grüße,vg>viele Grüße,nich>nicht,
        nix>nichts,ned>nicht,hab>habe,nen>einen,nem>einem,ner>einer,
        gibts>gibt es,gehts>geht es,wärs>wäre es,kanns>kann es,hats>hat es,ists>ist es,
        kannste>kannst du,haste>hast du,biste>bist du,weisst>weißt,weiss>weiß,heisst>heißt,daß>dass,
        mußte>musste,muß>muss,ausserdem>außerdem,standart>Standard,wiederspruch>Widerspruch,orginal>Original,
        villeicht>vielleicht,vieleicht>vielleicht,warscheinlich>wahrscheinlich,eigendlich>eigentlich,
        entgültig>endgültig,seperat>separat,garnicht>gar nicht,garkein>gar kein,dadruch>dadurch,aufjedenfall>auf
        jeden Fall,okey>okay,ok>okay
        """),
    "fr": _pairs("""
        slt>salut,bjr>bonjour,bsr>bonsoir,svp>s'il vous plaît,stp>s'il te plaît,pq>pourquoi,pk>pourquoi,
        pcq>parce que,parcque>parce que,qd>quand,ds>dans,tt>tout,tjs>toujours,tjrs>toujours,bcp>beaucoup,
        qqn>quelqu'un,qqch>quelque chose,qq>quelque,rdv>rendez-vous,cad>c'est-à-dire,mtn>maintenant,ajd>aujourd'hui,
        aujourdhui>aujourd'hui,jai>j'ai,jsuis>je suis,chuis>je suis,chui>je suis,jpeux>je peux,cest>c'est,
        ya>il y a,keske>qu'est-ce que,koi>quoi,mci>merci,ca>ça,cetait>c'était,
        language>langage,apeler>appeler,malgrès>malgré,biensur>bien sûr,etre>être,ok>okay
        """),
    "es": _pairs("""
        q>que,xq>porque,pq>porque,porq>porque,xk>porque,tb>también,tmb>también,tbn>también,tambien>también,
        dnd>donde,cdo>cuando,xfa>por favor,porfa>por favor,grax>gracias,bn>bien,mñn>mañana,
        asi>así,mas>más,dia>día,dias>días,aqui>aquí,ahi>ahí,despues>después,quizas>quizás,algun>algún,ningun>ningún,
        facil>fácil,dificil>difícil,rapido>rápido,numero>número,telefono>teléfono,informacion>información,
        direccion>dirección,habia>había,podria>podría,haria>haría,tenia>tenía,ola>hola,aver>a ver,
        haiga>haya,nose>no sé,msj>mensaje,ok>okay
        """),
    "it": _pairs("""
        xke>perché,xké>perché,xche>perché,xché>perché,perche>perché,perchè>perché,poichè>poiché,finchè>finché,
        nn>non,cmq>comunque,qlc>qualcosa,qlcs>qualcosa,qlcn>qualcuno,qnd>quando,qndo>quando,dv>dove,tt>tutto,
        tvb>ti voglio bene,grz>grazie,ke>che,ki>chi,anke>anche,pò>po',qual'è>qual è,
        piu>più,gia>già,cosi>così,puo>può,pero>però,cioe>cioè,citta>città,avra>avrà,propio>proprio,
        ok>okay
        """),
    "nl": _pairs("""
        ff>even,effe>even,ffe>even,iig>in ieder geval,mss>misschien,idd>inderdaad,wss>waarschijnlijk,
        wrsch>waarschijnlijk,nix>niets,niks>niets,zn>zijn,mn>mijn,m'n>mijn,z'n>zijn,d'r>haar,kweet>ik
        weet,tis>het is,'t>het,'n>een,aub>alstublieft,svp>alstublieft,dwz>dat wil zeggen,bijv>bijvoorbeeld,
        bv>bijvoorbeeld,oa>onder andere,ivm>in verband met,mbt>met betrekking tot,gr>groeten,grtjs>groeten,
        enigste>enige,telkes>telkens,onmiddelijk>onmiddellijk,intresse>interesse,interresse>interesse,
        adviseerd>adviseert,nogsteeds>nog steeds,teveel>te veel,ok>okay
        """),
})  # fmt: skip
"""What is written out or spelled right, by language; those under `""` in all."""

FILLERS = _words(
    "lol lmao lmfao rofl xd haha hahaha hahahaha hehe hehehe hihi hihihi jaja jajaja jajajaja mdr ptdr ahah ahaha "
    "ahahah looool lolol kek hihihihi"
)
"""Laughter: it goes where it ends a sentence."""

ACRONYMS = _words(
    "ac ad ai am api asap aws b2b bbc bmi bmw bpm ceo cd cfo cia cpu crm css csv cto cv db dc dhl diy dna dns dvd edf "
    "eu ev faq fbi fda fifa ftp gdp gdpr gmt gps gpt gpu hiv hr html http https ibm id imf ios ip iq irs iso it jpeg "
    "jpg json jwt kfc kpi la led llm mba ml mri ms mtv nasa nato nba nfl nhs ny nyc oecd ok os pc pdf phd php png pr "
    "qa qr ram rna roi rss sap sdk seo sim sms sql ssh ssl suv tcp tls tv udp ui uk un url us usa usb utc vat vip vpn "
    "wifi who wwf www xml yaml zip"
) - _words("am it la us who ad id ms ac pr")  # fmt: skip
"""Words that stay capitals where a shouted sentence is made quiet."""

SHOUTED = _words(
    "please very really never always must need help only also but because want this that why what how now best here "
    "bitte sehr nie immer muss nur auch warum wichtig jamais toujours très aussi pourquoi siempre nunca muy también "
    "sempre mai molto anche nooit altijd heel ook waarom"
)
"""Common words that nobody writes in capitals but for stress."""

ABBREVIATED = _words(
    "e.g eg i.e ie etc vs approx dr mr mrs ms prof st no nr fig vol pp ca z.b bzw usw evtl ggf inkl max min mio mrd "
    "str tel abs art bsp vgl sog p.ex ex env m mme mlle p.ej ej sr sra srta dña d ud uds pág aprox sig sigg dott ecc "
    "pag bijv bv dhr mevr enz incl excl jr inc ltd co corp dept est"
)
"""Words whose full stop does not end a sentence."""

DOUBLED = _words(
    "all off too see free need keep feel good look cool book food room week soon been well will tell still small full "
    "call ball kill pull yell hell hello follow really finally usually actually little better letter pretty matter "
    "happy happen funny bunny sunny stuff coffee different difficult class pass less miss kiss boss loss guess press "
    "address across process egg add odd sorry worry carry very tomorrow apple happen boo woo moo meee off offer tree "
    "three agree green sleep deep street sweet seem been between cheese week door floor poor school tool fool wood "
    "bitte alle immer kommen können müssen wenn dann muss dass besser wasser alles toll voll bett nett schnell "
    "elle belle bonne donne comme homme femme passe merci appelle nouvelle personne grosse tout ella llamar calle "
    "pollo perro carro bello bella mamma nonna tutto tutti grazie fatto detto quello sono anno bene passo rosso "
    "een meer heel veel goed mooi naar zee twee maar waar daar gaan staan alleen willen kunnen leuk boos groot"
)
"""Words with a doubled letter, to know `cool` from `so` where somebody writes `coool` and `sooo`."""

WORDING = _words(
    "proofread proofreading typo typos grammar grammatical grammatically spelling spellcheck misspelled misspelling "
    "misspellings spelled spelt translate translated translation translating rewrite rewriting rewritten rephrase "
    "rephrasing reword paraphrase paraphrasing edit correct corrected correction corrections polish shorten shorter "
    "summarize summarise wording punctuation capitalize capitalise capitalization lowercase uppercase emoji emojis "
    "emoticon emoticons slang pronounce pronounced pronunciation verbatim anagram palindrome sentiment letters regex "
    "transcribe syllables alliteration "
    "korrigiere korrigieren korrektur rechtschreibung grammatik tippfehler übersetze übersetzen übersetzung "
    "umformulieren umformuliere umschreiben formuliere lektoriere zusammenfassen kommasetzung buchstaben aussprache "
    "corrige corriger corrigez orthographe grammaire traduis traduire traduisez traduction reformule reformuler "
    "reformulez réécris réécrire résume résumer ponctuation prononce "
    "corregir corrija ortografía gramática traduce traducir traduzca traducción reescribe reescribir reformula "
    "reformular resumir puntuación pronuncia "
    "correggi correggere correggimi ortografia grammatica traduci tradurre traduzione riscrivi riscrivere riformula "
    "riformulare riassumi riassumere punteggiatura "
    "corrigeer corrigeren verbeter verbeteren grammatica vertaal vertalen vertaling herschrijf herschrijven "
    "herformuleer herformuleren samenvatten leestekens uitspraak"
)
"""Words by which a text says that it is about wording."""
