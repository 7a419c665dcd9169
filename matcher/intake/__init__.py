"""Files to rows to members and statements.

``read`` turns a file into tables, ``columns`` says what each column means, ``rows``
makes domain values, problems and notes of them, ``changes`` compares those with what is
already known, and ``refused`` writes the rows that were refused to a workbook.
"""
