"""What leaves the program: one workbook, one report page. Both are made from a :class:`view.TermView`."""
