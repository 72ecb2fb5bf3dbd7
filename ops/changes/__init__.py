"""What an operator changes, how it is taken back, and when every instance has it."""
