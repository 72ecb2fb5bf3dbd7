"""The reliability core: pure decisions, standard library only, time passed in."""
