"""The reliability service: a small document service behind breakers, retries and deadlines."""
