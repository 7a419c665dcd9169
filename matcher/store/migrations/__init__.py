"""Alembic's environment. A change of ``schema`` is one more file in ``versions``, and a new HEAD here."""

#: The newest revision. Kept here, so that opening a database that has it needs no Alembic.
HEAD = "matcher_0005"
