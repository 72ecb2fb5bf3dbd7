"""What `python -m service` can be told to do; one a file, each with a `main` that returns the exit code."""
