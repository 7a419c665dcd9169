"""Pairs peers on shared problems of practice. The words of the house, and what can go wrong.

What is done with them is in :mod:`matcher.workflow`, one function a use case; each optimisation
problem can be used by itself (``matcher.pairing``, ``matcher.cohorts``, ``matcher.visits``).
"""

from matcher.domain import (
    Ban,
    Exchange,
    ExchangeStatus,
    Facilitator,
    Locale,
    Member,
    NamedBy,
    NextStep,
    Organization,
    OrganizationType,
    Slot,
    Statement,
    StatementKind,
    Structure,
    Term,
    Topic,
)
from matcher.errors import (
    AmbiguousInputError,
    ArtefactError,
    ConflictError,
    InfeasibleError,
    InputError,
    MatcherError,
    NotFoundError,
    PermissionDeniedError,
    TimeLimitError,
)

__all__ = [
    "AmbiguousInputError",
    "ArtefactError",
    "Ban",
    "ConflictError",
    "Exchange",
    "ExchangeStatus",
    "Facilitator",
    "InfeasibleError",
    "InputError",
    "Locale",
    "MatcherError",
    "Member",
    "NamedBy",
    "NextStep",
    "NotFoundError",
    "Organization",
    "OrganizationType",
    "PermissionDeniedError",
    "Slot",
    "Statement",
    "StatementKind",
    "Structure",
    "Term",
    "TimeLimitError",
    "Topic",
]
