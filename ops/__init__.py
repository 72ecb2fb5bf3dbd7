"""The operators' command line: a client of AWS and of the service's API."""
