"""Reasons that a person can check: why this match, why not that one, what a rule costs, which rules clash."""

from matcher.explain.why import in_common, strength, why

__all__ = ["in_common", "strength", "why"]
