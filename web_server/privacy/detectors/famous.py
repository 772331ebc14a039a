"""People of public knowledge, kept under the default policy so that a question about them gets its answer.

A short list on purpose: long dead or so widely written about that saying the name says nothing about who is asking.
The finder hides them all the same where the words around say that they are somebody's own (`my colleague ...`), and
under a policy with `public_names`. Full names only.
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
"""

FAMOUS = frozenset(name for line in _LINES.split("\n") for name in line.split("|") if name)
"""Lower case."""
