"""Virtual cohorts: groups of members that meet at one hour on one topic."""
