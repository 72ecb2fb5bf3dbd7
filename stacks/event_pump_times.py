"""The terms of delivery on AWS, which the queue and its pump must agree on."""

DELIVERY = 30
"""Seconds that a batch may take: the agent's answers, and what is sent elsewhere after them. No message is seen twice
meanwhile, since its queue hides it for six times as long."""

MAX_RECEIVES = 5
"""Deliveries that an agent refuses before a message becomes a dead letter."""
