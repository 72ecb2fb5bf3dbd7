"""What can fail, and the guard around each call to it."""
