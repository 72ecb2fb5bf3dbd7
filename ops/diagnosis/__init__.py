"""What is wrong with a service, and what to do about it. Pure."""
