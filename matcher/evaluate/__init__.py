"""How good search and topics are, with baselines beside them and an interval on every figure.

Rankings come in as scores and topics as groups: this room knows nothing of how the product makes
them. ``matcher.workflow.quality`` puts both together; ``docs/adr/0016-measuring.md`` has the reasons.
"""
