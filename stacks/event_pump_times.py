"""The terms of delivery on AWS, which the queue and its pump must agree on."""

DELIVERY = 30
"""Seconds that a batch may take."""

MAX_RECEIVES = 5
"""Deliveries that an agent refuses before a message becomes a dead letter."""
