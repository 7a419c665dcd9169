"""Words that name no topic: English and Spanish function words, and words that every statement
of this field uses. They are left out of labels and keywords only; vectors see the whole text."""

from __future__ import annotations

_ENGLISH = """
a about above across after again against ago ain't all almost along already also although always am among an
and another any anybody anyone anything are aren't around as ask asked asking at away back be became
because become been before began being below best better between big both bring brought but by call
called came can can't cannot cant come comes coming could couldn't did didn't didnt do does doesn't
doesnt doing don't done dont down during each early either else end enough even ever every everybody
everyone everything far feel felt few fewer finally find first for found four five from full gave get
gets getting give given gives giving go goes going gone good got had half hard has hasn't have haven't
having he he's hear heard help helped her here hers him his hold how however i i'd i'll i'm i've if im
in into is isn't it it's its itself ive just keep keeps kept kind knew know known knows last late later
least left less let like likely little long look looking looks lot lots made make makes making many may
maybe me mean means might mine more most mostly much must my myself need needed needs never new next no
nobody none nor not nothing now of off often ok okay old on once one ones only or other others ought our
ours out over own part past people per perhaps please possible put puts quite rather read ready really
right run runs running said same saw say says second see seem seems seen send sent several shall she
show showed shows since six so some somebody someone something still such sure take taken takes taking
talk tell ten than thank thanks that that's thats the their theirs them themselves then there there's
these they they'd they'll they're they've thing things think this those though thought three through to
today together told too took toward tried try trying turn turned twice two under until up upon us use
used uses using usually very want wanted wants was wasn't way ways we we'd we'll we're we've well went
were weren't what what's when where whether which while who who's whole whose why will with within
without won't wont word work worked working works would wouldn't write yes yet you you'd you'll you're
you've your yours
"""
_SPANISH = """
a al algo alguien algunas algunos ante antes aqui aquí asi así aun aunque bien cada casi como con cual
cuando de del desde donde dos el él ella ellas ellos en entre era es esa ese eso esta está estaba estan
están este esto estos fue ha hace hacen hay la las le les lo los mas más me mi mis mucho muy nada ni no
nos nosotros nuestra nuestro o otra otro para pero poco por porque pues que qué quien quién se sea ser
si sí sin sobre solo sólo son su sus tambien también te tenemos tengo tiene tienen todo todos tres tu
un una uno unos va van ya yo y
"""
_FIELD = """
april august building buildings child children classroom day days december district districts fall
february friday grade grades hour hours january july june kid kids march minutes monday month months
november october office percent pct principal principals program programs room school schools
september share spring staff state states student students summer superintendent teacher teachers
team teams term thursday time times tuesday wednesday week weeks winter year years
"""
#: English and Spanish function words alone.
FUNCTION_WORDS = frozenset((_ENGLISH + _SPANISH).split())
STOP_WORDS = FUNCTION_WORDS | frozenset(_FIELD.split())
