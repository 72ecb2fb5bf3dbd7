"""How an answer is shown: tables and lines for people, JSON for programs."""
