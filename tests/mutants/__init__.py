"""How much of the reliability core its unit tests hold fast: see docs/mutants.md."""
