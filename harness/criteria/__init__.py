"""What a scenario must show, in the units of the patterns."""
