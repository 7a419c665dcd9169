"""What leaves the program: one workbook, one report page, one calendar. The first two are made from a
:class:`view.TermView`, the calendar from a term's exchanges."""
