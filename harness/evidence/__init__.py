"""What the three witnesses said, and whether they agree."""
