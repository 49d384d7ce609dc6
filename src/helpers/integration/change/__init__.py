"""Change: what differs between two waves of a study, how many units answered both, and how sure that is."""
