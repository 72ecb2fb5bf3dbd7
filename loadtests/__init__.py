"""The scenarios: one file each, loaded by Locust."""
