"""Terms to export: one of everyday size with awkward texts, an empty one, and one of a whole network."""

from __future__ import annotations

import random
from dataclasses import replace

from matcher.export.view import (
    AsideView,
    CohortView,
    EventView,
    Left,
    PairView,
    Part,
    Person,
    Point,
    Proof,
    Quote,
    TermView,
    TopicView,
    VisitView,
)

LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmütze" * 4
HOSTILE = "<script>alert('x')</script> & \"so\" <b>on</b>"
FORMULAS = ("=1+1", "+1", "-", "@SUM(A1)", "http://example.org/x", "007", "1e5", "TRUE", "{=A1}", "\t=1+1")

PLACES = (
    ("Salem", "OR", "city", 44.94, -123.04),
    ("Burns", "OR", "rural", 43.59, -119.05),
    ("Topeka", "KS", "city", 39.05, -95.68),
    ("Colby", "KS", "rural", 39.39, -101.05),
    ("Montpelier", "VT", "town", 44.26, -72.58),
    ("Augusta", "ME", "town", 44.31, -69.78),
    ("Juneau", "AK", "town", 58.30, -134.42),
    ("Hilo", "HI", "town", 19.71, -155.09),
    ("Las Cruces", "NM", "city", 32.31, -106.78),
    ("Española", "NM", "town", 35.99, -106.08),
    ("Laredo", "TX", "city", 27.51, -99.51),
    ("Macon", "GA", "suburb", 32.84, -83.63),
    ("Charleston", "WV", "town", 38.35, -81.63),
    ("Lansing", "MI", "city", 42.73, -84.56),
    ("Pierre", "SD", "town", 44.37, -100.35),
    ("Eureka", "CA", "town", 40.80, -124.16),
    ("Fresno", "CA", "city", 36.74, -119.79),
    ("Ocala", "FL", "suburb", 29.19, -82.14),
    ("Concord", "NH", "suburb", 43.21, -71.54),
    ("Havre", "MT", "rural", 48.55, -109.68),
    ("Greenville", "MS", "town", 33.41, -91.06),
    ("Duluth", "MN", "city", 46.79, -92.10),
    ("Albany", "NY", "city", 42.65, -73.76),
    ("Reno", "NV", "suburb", 39.53, -119.81),
    ("Dover", "DE", "suburb", 39.16, -75.52),
)
NAMES = (
    *("Dana Whitlock", "Rosa Ibarra", "Tom Ekström", "Priya Raman", "Marcus Bell", "June Okafor"),
    *("Leilani Kahale", "Ned Crowfoot", "Ana María Quiñones", "Walt Brandvold", "Simone Achterberg"),
    *("Gus Pettibone", "Ivy Tran", "Harold Msimang", "Beth Lindqvist", "Carlos D’Amico", "Noor Haddad"),
)
SURNAMES = (
    *("Abbott", "Barros", "Cho", "Dietrich", "Ellison", "Farouk", "Garza", "Holm", "Ingram", "Jaramillo"),
    *(
        "Kettering",
        "Lowe",
        "Mbeki",
        "Novak",
        "Ortega",
        "Pruitt",
        "Quigley",
        "Redfeather",
        "Sato",
        "Thibodeaux",
    ),
)
ROLES = (
    ("Director of school improvement", "state agency"),
    ("Superintendent", "district"),
    ("Principal", "school"),
    ("Federal programs lead", "district"),
    ("School counselor", "school"),
    ("Program officer", "partner"),
)
CHALLENGES = (
    "Our needs assessments end up as a binder. Nobody opens it again until the next monitoring visit.",
    "Chronic absence went from 14% to 31% in two years and the buses are half of it.",
    "Los padres no vienen a las reuniones porque son en inglés y a las 3 de la tarde.",
    "I have one counselor for 612 kids. One. Tell me how anyone triages that.",
    "CSI schools w/ new principals every yr — the plan outlives the person who wrote it",
    "We can't fill two math positions; long-term subs since August 🙃",
    "State sends supports by list, not by need; I want to see how others sort their schools.",
)
PRACTICES = (
    "We swapped the 40-page needs assessment for three interviews and a one-page root cause map.",
    "Attendance huddles, 12 minutes, every Monday, same five people. Down nine points in a year.",
    "Noches de familia en español primero, con intérprete para los demás. Llegan 120 familias.",
    "Grow-your-own program with the community college: 6 paraprofessionals are now certified.",
    "Every coach gets the same walk-through form, and we look at it together on Fridays.",
)
_LABEL_TEXT = (
    "needs assessments and root causes; chronic absence; family engagement in two languages; "
    "counselor caseloads; principal turnover; teacher vacancies; differentiated state support; early "
    "literacy coaching; special education referrals; rural broadband; equitable budgets and per-pupil "
    "spending; mental health partnerships; credit recovery; newcomer students; bus routes; data walls "
    "and progress checks; tutoring after school; improvement plans people use; middle school math; "
    "student voice; career pathways; multi-tiered systems of support; discipline and restorative "
    "practice; charter authorizing; community schools"
)
LABELS = _LABEL_TEXT.split("; ")
PERIODS = ("2025-26 fall", "2025-26 spring", "after 2025-26 spring")
EVENTS = (
    EventView("2026-08-14", "T04", LABELS[3], "appeared", "Appeared with 6 statements.", 0, 6, True),
    EventView("2026-03-02", "T02", LABELS[1], "merged", "Took others in (5 from T09 bus lines).", 7, 12),
)


def quote(person: Person, kind: str, text: str) -> Quote:
    return Quote(person.name, kind, text)


def make_people(number: int, rng: random.Random) -> list[Person]:
    people = []
    for index in range(number):
        town, state, locale, latitude, longitude = PLACES[index % len(PLACES)]
        role, kind = ROLES[index % len(ROLES)]
        first = NAMES[index % len(NAMES)].split()[0]
        name = (
            NAMES[index] if index < len(NAMES) else f"{first} {SURNAMES[(index * 7) % len(SURNAMES)]} {index}"
        )
        home = {"state agency": f"{state} Department of Education", "district": f"{town} Unified District"}
        people.append(
            Person(
                f"m-{index:03d}",
                name,
                role,
                home.get(kind, f"{town} {'Academy' if kind == 'school' else 'Learning Alliance'}"),
                kind,
                state,
                f"{locale}, {state}",
                f"person{index}@{state.lower()}.example",
                latitude + rng.uniform(-0.6, 0.6),
                longitude + rng.uniform(-0.3, 0.6),
            )
        )
    return people


def make_pair(a: Person, b: Person, rng: random.Random) -> PairView:
    shared, given, received, context = (rng.randint(150, 950) for _ in range(4))
    weighed = (shared * 40 // 100, given * 25 // 100, received * 25 // 100, context // 10)
    names = ("shared challenge", "help given", "help received", "context")
    parts = tuple(
        Part(name, points, adds)
        for name, points, adds in zip(names, (shared, given, received, context), weighed, strict=True)
    )
    reasons = (
        f"{a.name} has made something work that {b.name} asks for.",
        "Both are free on Tuesday afternoons.",
        "They have not met in the last two terms.",
    )
    quotes = (quote(a, "practice", rng.choice(PRACTICES)), quote(b, "challenge", rng.choice(CHALLENGES)))
    when = "Tue 2 pm Eastern, Tue 11 am Pacific"
    return PairView(
        a, b, sum(weighed), parts, reasons, quotes, when, rng.choice(("Mei Sandoval", "Otis Grant"))
    )


def make_cohort(number: int, topic: str, members: list[Person], rng: random.Random) -> CohortView:
    times = tuple(rng.choice(("Wed 1 pm", "Wed 12 pm", "Wed 11 am", "Wed 10 am")) for _ in members)
    quotes = tuple(quote(person, "challenge", rng.choice(CHALLENGES)) for person in members[:3])
    practices = tuple(person.name for person in members[:2])
    value = rng.randint(250, 640)
    return CohortView(
        number, topic, tuple(members), "Wed 1 pm Eastern", times, "Mei Sandoval", value, practices, quotes
    )


def make_visit(number: int, topic: str, people: list[Person], rng: random.Random) -> VisitView:
    host, *visitors = people
    far = tuple(None if rng.random() < 0.2 else rng.randint(40, 2400) for _ in visitors)
    gains = tuple(rng.randint(300, 900) for _ in visitors)
    quotes = (
        quote(host, "practice", PRACTICES[number % len(PRACTICES)]),
        quote(visitors[0], "challenge", CHALLENGES[number % len(CHALLENGES)]),
    )
    return VisitView(number, host, "Thu", 5, tuple(visitors), far, gains, topic, quotes)


def make_topic(index: int, size: int, people: list[Person], rng: random.Random) -> TopicView:
    label = LABELS[index % len(LABELS)]
    examples = tuple(
        quote(rng.choice(people), kind, rng.choice(texts))
        for kind, texts in (("challenge", CHALLENGES), ("practice", PRACTICES), ("challenge", CHALLENGES))
    )
    practices = size // 3
    words = tuple(word for word in label.split() if len(word) > 3)
    topic = TopicView(
        f"T{index + 1:02d}", label, words, size, size - practices, practices, min(size, 9), examples
    )
    new = index % 7 == 3
    counts = (0, 0, size) if new else (size // 4, size // 3, size - size // 4 - size // 3)
    return replace(
        topic,
        colour=index,
        named_by="staff" if index == 1 else "area",
        locked=index == 1,
        emerging=f"new, {size} statements" if new else "",
        periods=counts,
    )


def make_points(topics: list[TopicView], people: list[Person], rng: random.Random) -> list[Point]:
    points = []
    for topic in topics:
        x, y = rng.uniform(-8, 8), rng.uniform(-6, 6)
        for index in range(topic.size):
            kind = "practice" if index < topic.practices else "challenge"
            text = rng.choice(PRACTICES if kind == "practice" else CHALLENGES)
            where = (x + rng.gauss(0, 0.55), y + rng.gauss(0, 0.5))
            points.append(Point(*where, topic.id, kind, rng.choice(people).name, text))
    return points


def make_term(pairs: int, cohorts: int, visits: int, topics: int, statements: int, seed: int = 7) -> TermView:
    """A term of any size. The same numbers give the same term."""
    rng = random.Random(seed)
    people = make_people(max(2 * pairs, cohorts * 7, visits * 5) + 10, rng)
    shuffled = people[:-10]
    rng.shuffle(shuffled)
    made = [make_pair(shuffled[2 * k], shuffled[2 * k + 1], rng) for k in range(pairs)]
    rng.shuffle(shuffled)
    groups = [shuffled[7 * k : 7 * k + rng.randint(5, 7)] for k in range(cohorts)]
    met = [make_cohort(k + 1, LABELS[k % topics], group, rng) for k, group in enumerate(groups)]
    rng.shuffle(shuffled)
    seen = [make_visit(k + 1, LABELS[k % topics], shuffled[5 * k : 5 * k + 5], rng) for k in range(visits)]
    shares = [statements * (topics - k) for k in range(topics)]
    sizes = [max(3, share // (topics * (topics + 1) // 2)) for share in shares]
    found = [make_topic(index, size, people, rng) for index, size in enumerate(sizes)]
    reasons = (
        ("one-to-one", "No partner is left that it has not met in the last two terms."),
        ("virtual", "No cohort shares one of its two slots; giving a third slot would place it."),
        ("peer-hosted", "Every host within reach has its seats taken."),
    )
    left = tuple(
        Left(*reasons[k % 3][:1], person, reasons[k % 3][1]) for k, person in enumerate(people[-10:])
    )
    proofs = (
        Proof("one-to-one", "optimal", 2 * pairs, 2 * pairs + 4, 612_345, 612_345, 0.0, 0.42, "", 2 * pairs),
        Proof(
            "virtual",
            "feasible",
            cohorts * 6,
            cohorts * 6 + 3,
            9_931,
            10_000,
            0.0069,
            15.0,
            "15 s limit.",
            cohorts * 6,
        ),
        Proof("peer-hosted", "optimal", visits * 4, visits * 4 + 3, 2_210, 2_210, 0.0, 0.11),
    )
    aside = (
        AsideView(people[1], "challenge", "see attached", "It names a file and says nothing itself."),
        AsideView(people[2], "practice", "n/a", "It has no content."),
    )
    return TermView(
        network="Northern Lights Improvement Network",
        term="Fall 2026",
        made_on="2026-08-14",
        members=len(people),
        organizations=len({person.organization for person in people}),
        states=len({person.state for person in people}),
        statements=statements,
        pairs=tuple(made),
        cohorts=tuple(met),
        visits=tuple(seen),
        left=left,
        topics=tuple(found),
        points=tuple(make_points(found, people, rng)),
        proofs=proofs,
        aside=aside,
        periods=PERIODS,
        events=EVENTS,
    )


def realistic() -> TermView:
    """Eight pairs, three cohorts, two visits, and texts that test whoever prints them."""
    term = make_term(8, 3, 2, 6, 40)
    first, second, third = term.pairs[:3]
    hostile = replace(first.a, name=f"Ana {HOSTILE}", organization=LONG_WORD, email="a&b@x.example")
    nowhere = replace(second.a, latitude=None, longitude=None, place="")
    island = replace(second.b, state="GU", place="town, GU", latitude=13.44, longitude=144.79)
    first = replace(
        first,
        a=hostile,
        quotes=(quote(hostile, "practice", HOSTILE), quote(first.b, "challenge", f"{LONG_WORD} 🎒🦉")),
    )
    second = replace(second, a=nowhere, b=island, quotes=(quote(nowhere, "challenge", CHALLENGES[2]),))
    third = replace(third, facilitator="", when="", quotes=(), reasons=("Nul\x00 and \x07 bell \ud800.",))
    topics = (replace(term.topics[0], label=f"budgets {HOSTILE}"), *term.topics[1:])
    points = (replace(term.points[0], text=HOSTILE), *term.points[1:])
    aside = (*term.aside, AsideView(hostile, "challenge", "=1+1", "It is a formula."))
    return replace(
        term, pairs=(first, second, third, *term.pairs[3:]), topics=topics, points=points, aside=aside
    )


def empty() -> TermView:
    """Nobody, and nothing formed."""
    return TermView("Empty Network", "Spring 2027", "2027-01-04", 0, 0, 0, 0, *((),) * 8)


def one_member() -> TermView:
    """A network of one: nothing to form, one statement, one topic of it."""
    rng = random.Random(1)
    person = make_people(1, rng)[0]
    topic = TopicView("t-0", "reading", ("reading",), 1, 1, 0, 1, (quote(person, "challenge", "Reading."),))
    topic = replace(topic, periods=(1,))
    point = Point(0.0, 0.0, "t-0", "challenge", person.name, "Reading.")
    left = Left("one-to-one", person, "There is nobody else.")
    proof = Proof("one-to-one", "optimal", 0, 1, 0, 0, 0.0, 0.0, "", 0)
    one = replace(empty(), members=1, organizations=1, states=1, statements=1)
    return replace(one, left=(left,), topics=(topic,), points=(point,), proofs=(proof,), periods=("no date",))


def stress() -> TermView:
    """A whole network: 62 pairs, 20 cohorts, 8 visits, 25 topics, 260 statements."""
    return make_term(62, 20, 8, 25, 260)
