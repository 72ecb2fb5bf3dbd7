"""An OpenAI-compatible embeddings server that fails on demand and remembers every attempt."""
