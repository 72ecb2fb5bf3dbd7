"""How a person meets the harness: Locust's command line and web UI, and what they see."""
