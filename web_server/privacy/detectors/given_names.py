"""First names that the installed lists lack, and words that are first names beside a surname or behind a cue.

Read by the gazetteer and the rules of runs. Lower case.
"""

from __future__ import annotations

from web_server.privacy.detectors.glue import words

GIVEN_NAMES = words(
    "ailsa cerys tarquin trish lizzie jen doug matt phil kaite siobhan saoirse julia gaetane solenn gwenaelle aurelie "
    "maelle loic yoann francois jerome anaelle xochitl citlali itzel xiomara yevgenia yevgeny evgenia evgeny "
    "yevhen yevheniia dmitry dmytro dmitrii katya masha grisha misha mykola oksana oleksandr oleksii volodymyr natalya "
    "tatyana lyudmila ludmila małgorzata malgorzata bogumil zdzislaw grzegorz slawomir stanislaw wladyslaw "
    "amit anil ananya deepak ganesh hitesh kavita mukesh nikhil prakash rahul rajesh rajiv rakesh ramesh ritu sandeep "
    "sanjay sanjeev satish shreya sneha sudhir sunil sunita suresh swati tanvi tariq venkatesh vijay vikram vinod "
    "yogesh akiko ayumi haruto haruki hideo hiroko hiroshi kazuki kazuo keiko kenji mariko masako michiko minoru naoko "
    "noriko satoshi setsuko shinji takashi takeshi tetsuo tomoko tomomi yoko yoshiko yuki eunji hyunwoo jisoo jiwoo "
    "minji minjun seojun seoyeon soojin sooyoung youngho xiaoming xiaoli jianguo jingyi meiling weiwei yifan zihan "
    "linh phuong thuy trang huong nguyen quynh thanh minh babatunde chidi chioma emeka folake oluwaseun nomsa "
    "sipho thabo themba thandiwe zanele tendai farai tafadzwa kwabena mehrudin ushurma hassan hussein abdulrahman "
    "abdelkader noureddine soufiane mbali nokuthula siphiwe jedidiah ezekiel hezekiah cathal fionnuala "
    "muireann ruairi rhiannon eluned llewelyn"
)

GIVEN_WORDS = words(
    "will mark bill frank grace hope faith joy rose iris ruby pearl jade dawn eve summer april may june august dale "
    "glen cliff dean chase grant wade rich guy duke art gene drew skip penny olive ginger sandy brook max page paige "
    "gray rob pat jack nick ray don sue harry bob dick rusty chip buddy miles lance norm tad crystal angel jewel "
    "heather holly ivy lily violet daisy melody harmony carol sky autumn wren basil sage reed heath forest cash"
)
"""Alone they are words; with a surname behind them, or said to be a name, they are people."""

SURNAME_PARTICLES = words(
    "le la van von der den de du del della di da dos das do ten ter al el bin ibn ben abu mac st vander los las san"
)
"""`Le Bihan`, `Van Dijk`: in capitals too, between a first name and the word that makes the surname."""
