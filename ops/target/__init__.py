"""The running service as an operator reaches it: contexts, tokens, and the answers to what is asked."""
