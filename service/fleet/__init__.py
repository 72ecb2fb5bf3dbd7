"""What the instances of a service know and decide together."""
