"""The web over the workflow. It holds no logic and knows nothing below ``matcher.workflow``."""
