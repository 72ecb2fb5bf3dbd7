"""What was deployed: where it is, and what AWS and the service say of it."""
