"""Words that end the name of an English street: `Rd`, `Causeway`, `Quadrangle`.

Read by the street detector. The lists are those of the postal services (USPS Publication 28, Royal Mail, AS/NZS 4819),
parted by how much a word says: `Boulevard` is a street, `Light` is one only where an address stands. Holds no names of
streets.
"""

from __future__ import annotations

from web_server.privacy.detectors.glue import words

SURE = words(
    "street st avenue ave av road rd boulevard blvd lane ln drive dr court ct place pl square sq terrace ter way "
    "highway hwy parkway pkwy circle cir trail crescent cres close grove mews plaza alley gardens gdns walk expressway "
    "turnpike tpke causeway cswy motorway freeway fwy bypass overpass underpass throughway trafficway stravenue skyway "
    "viaduct esplanade parade promenade embankment crossroad crossroads driveway laneway roadway walkway footway "
    "quadrangle crossway wynd croft copse thoroughfare boardwalk byway ropewalk cul-de-sac concourse ridgeway "
    "riverway busway colonnade rotary roundabout wharf quay villas heights hts loop "
    "trunkway serviceway tollway cruiseway centreway alleyway pathway"
)
"""In any case: `12 Mill road`."""

CAPITAL_ONLY = words(
    "row hill pike route crossing bend cove ridge point summit station fork run meadow mill mount oval pass path rise "
    "view vista"
)
"""With a capital they are streets like the others: `4 Harbour View`."""

TOLD = words(
    "annex arcade bayou beach bluff bluffs bottom branch bridge brook brooks burg burgs camp canyon cape center "
    "centers centre circles cliff cliffs club common commons corner corners course courts coves creek crest curve dale "
    "dam divide drives estate estates extension extensions fall falls ferry field fields flat flats ford fords forest "
    "forge forges forks fort garden gate gates gateway glen glens green greens groves harbor harbors harbour haven "
    "hills hollow inlet island islands isle junction junctions key keys knoll knolls lake lakes land landing light "
    "lights loaf lock locks lodge mall manor manors meadows mills mission mountain mountains neck orchard park parks "
    "passage pine pines plain plains points port ports prairie radial ramp ranch rapid rapids rest ridges river roads "
    "rue shoal shoals shore shores spring springs spur spurs squares stream streets trace track trailer tunnel union "
    "unions valley valleys via viaducts views village villages ville walks wall ways well wells approach bank "
    "broadway cross end fold vale yard yards garth drove chase dell heath lea paddock steps strand lower upper little "
    "amble anchorage artery basin brace brae break brow circuit circlet circus corso courtyard cutting deviation "
    "distributor easement edge elbow entrance firetrack follow formation front frontage gap gully interchange "
    "intersection link line lookout nook outlook part pathway piazza plateau pocket pursuit quad quadrant quays ramble "
    "reach reserve rest retreat return riding ring riviera ronde round siding slope sound strip subway tarn top tor "
    "tower towers triangle turn viaduct wade waterway wynds woods grange lees mew hub cluster dip strait thruway"
)
"""Ordinary words: a street only behind a number, a name and words that lead to an address, or with a postcode."""
