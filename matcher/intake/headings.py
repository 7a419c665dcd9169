"""Known headings and question texts of each field."""

from __future__ import annotations

#: The headings by which a field is known, beside its own name, as `names.normal` gives them.
NAMES: dict[str, tuple[str, ...]] = {
    "member_id": ("member id", "member", "id", "member number", "participant id"),
    "email": ("email", "e mail", "email address", "work email", "your email", "contact email", "correo", "e mail addr"),
    "name": ("name", "full name", "your name", "first and last name", "member name", "contact", "nombre"),
    "first_name": ("first name", "given name"),
    "last_name": ("last name", "surname", "family name"),
    "organization": (
        *("organization", "organisation", "organization name", "agency", "district", "school", "org"),
        *("district or school", "name of your organization", "where do you work", "state agency or district"),
        *("district or agency", "district agency", "your organization district or agency", "school or district name", "employer"),
    ),
    "organization_type": (
        *("organization type", "type", "type of organization", "agency type", "org type"),
        "what type of organization do you work for",
    ),
    "state": ("state", "state or territory", "st", "your state", "which state are you in", "estado"),
    "role": ("role", "title", "job", "job title", "position", "your role", "what is your role", "role or title"),
    "role_group": ("role group", "role category", "role type"),
    "enrollment": ("enrollment", "students", "students served", "number of students", "student enrollment"),
    "locale": ("locale", "nces locale", "locale type", "urbanicity", "locale code"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "lng", "long"),
    "timezone": ("timezone", "time zone", "tz", "your time zone", "what time zone are you in"),
    "slots": (
        *("slots", "availability", "available", "available times", "times", "when can you usually meet"),
        *("when are you available", "half days that work", "what times work for you"),
    ),
    "host": (
        *("host", "willing to host", "can host", "hosting", "willing to host a visit"),
        "would you be willing to host peers for a one day visit",
    ),
    "seats": ("seats", "host seats", "visitor seats", "how many visitors can you host", "hosting capacity"),
    "one_to_ones": (
        *("one to ones", "one to ones wanted", "wished one to ones", "number of one to ones", "pairs wanted"),
        "how many one to one exchanges would you like",
    ),
    "interests": (
        *("interests", "kinds of exchange", "types of exchange", "exchange types", "exchanges wanted"),
        "which kinds of exchange interest you",
    ),
    "remarks": (
        *("remarks", "comments", "notes", "other comments", "questions or comments"),
        *("anything else we should know", "anything else", "is there anything else we should know"),
    ),
    "timestamp": ("timestamp", "submitted", "submitted at", "submission date", "date", "completion time"),
    "challenge": (
        *("challenge", "problem of practice", "problem", "need", "needs", "current challenge", "desafio"),
        *("what problem of practice are you facing right now", "what are you struggling with"),
        *("what would you like help with", "what is your biggest challenge", "what keeps you up at night"),
    ),
    "practice": (
        *("practice", "strength", "offer", "what works", "promising practice", "success", "practica"),
        *("describe something that is working that you could share with peers", "what could you share"),
        *("what are you doing well", "what could you help others with"),
    ),
    "kind": ("kind", "statement kind", "statement type", "challenge or practice", "need or offer"),
    "text": ("text", "statement", "response", "answer", "statement text"),
    "confidential": (
        *("confidential", "private", "keep confidential", "is this confidential", "keep private"),
        *("keep this private", "keep it private", "is this private", "do not share", "do not quote"),
        "should we keep your answer confidential",
    ),
    "quotable": (
        *("quotable", "may we quote you", "ok to quote", "ok to share", "can we quote your answer"),
        *("ok to share publicly", "may we share this", "can we share this", "can this be shared"),
        *("may this be shared", "share publicly", "share", "shareable", "public", "make public", "may we quote"),
        "can we share your answer with other members",
    ),
    "exchange_id": ("exchange id", "id", "exchange"),
    "term": ("term", "semester", "season", "cycle", "term name"),
    "term_start": ("term start", "start of term", "term began", "term start date"),
    "structure": ("structure", "type", "exchange type", "format", "kind"),
    "date": ("date", "held on", "exchange date", "date held", "meeting date", "when"),
    "members": ("members", "participants", "attendees", "member ids", "who met", "member list", "who"),
    "member_a": ("member a", "member 1", "first member", "person a", "person 1", "participant 1", "member"),
    "member_b": (
        *("member b", "member 2", "second member", "person b", "person 2", "participant 2"),
        *("must not meet", "not with"),
    ),
    "host_member": ("host", "host member", "hosted by", "hosting member"),
    "topic": ("topic", "theme", "subject", "focus"),
    "facilitator": ("facilitator", "convener", "staff", "facilitated by", "convened by"),
    "status": ("status", "outcome", "state of exchange", "held"),
    "reason": ("reason", "why", "reason for ban", "notes", "comment"),
    "facilitator_id": ("facilitator id", "id", "staff id", "facilitator number", "member id"),
    "pairs": ("pairs", "one to ones", "capacity", "pairs a term", "max pairs", "maximum pairs"),
    "ignore": (
        *(
            "ignore",
            "start time",
            "areas of interest",
            "comments",
            "notes",
            "last modified time",
        ),
        *("how did you hear about us", "score", "language", "phone"),
        *("what is wrong", "how to mend it", "row in the file"),
    ),
}
#: Words that tell a long question's field. The longer one wins.
PHRASES: dict[str, tuple[str, ...]] = {
    "challenge": (
        *("problem of practice", "problems of practice", "biggest challenge", "struggling with"),
        *("wrestling with", "stuck on", "help with", "learn from peers", "challenge you", "challenges you"),
    ),
    "practice": (
        *("share with peers", "could share with", "is working that you", "going well", "working well"),
        *(
            "proud of",
            "promising practice",
            "offer to peers",
            "practice that works",
            *("could help others with", "you help others with"),
        ),
    ),
    "slots": ("when can you", "when are you", "half days", "times work", "your availability", "free to meet"),
    "quotable": (
        *("can we quote", "may we quote", "can we share your", "may we share", "ok to share", "ok to quote"),
        *("can we share this", "can we share it", "can this be shared", "may this be shared", "be made public"),
        *("can it be shared", "may it be shared", "share publicly", "shared publicly", "ok to share with"),
        *("may we share with", "can we share with", "okay to share", "okay to quote", "permission to share"),
        "permission to quote",
    ),
    "confidential": (
        *("keep confidential", "answer confidential", "response confidential", "stay confidential"),
        *("keep private", "keep this private", "keep it private", "answer private", "response private"),
        *("stay private", "keep this confidential", "keep it confidential", "do not share", "do not quote"),
        *("not be shared", "not be quoted", "don t share", "don t quote"),
    ),
    "host": ("willing to host", "able to host", "host a visit", "host peers", "like to host"),
    "timezone": ("time zone",),
    "organization": ("where do you work", "name of your organization"),
    "role": ("your role", "your position", "your job title"),
    "email": ("your email", "email address"),
    "interests": ("kinds of exchange", "types of exchange", "kind of exchange", "type of exchange"),
    "remarks": ("anything else",),
    "ignore": ("interested in", "hear about us", "interests you"),
}
