"""One-to-one exchanges: most members paired first, then the highest total affinity, exactly.

``problem`` says what is given and chosen, ``check`` what is allowed, ``model`` finds the best.
"""
