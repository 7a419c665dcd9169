"""Reasons that a person can check: why this match, why not that one, what a rule costs, which rules clash.

Each question takes a kept problem and its solution (of pairs, cohorts or visits), names to call members
by, one time limit for the whole question, and a watch; it gives numbers and plain sentences.
"""

from matcher.explain.clash import Clash, why_infeasible, why_waiting
from matcher.explain.filtering import Way
from matcher.explain.measure import Difference, Range
from matcher.explain.rules import Loosened, Rules, rule_costs
from matcher.explain.why import Gift, MatchReason, in_common, match_reason, shared_hours, strength, why
from matcher.explain.whygroup import CohortReason, Seat, VisitReason, why_cohort, why_visit
from matcher.explain.whynot import Price, forbidden, price, runner_up
from matcher.explain.words import Words

__all__ = [
    "Clash",
    "CohortReason",
    "Difference",
    "Gift",
    "Loosened",
    "MatchReason",
    "Price",
    "Range",
    "Rules",
    "Seat",
    "VisitReason",
    "Way",
    "Words",
    "forbidden",
    "in_common",
    "match_reason",
    "price",
    "rule_costs",
    "runner_up",
    "shared_hours",
    "strength",
    "why",
    "why_cohort",
    "why_infeasible",
    "why_visit",
    "why_waiting",
]
