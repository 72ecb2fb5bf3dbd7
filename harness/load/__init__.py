"""The open workload, on every node of Locust."""
