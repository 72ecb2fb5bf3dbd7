"""A plugin of pytest: the same few examples for every mutant, and no search for the smallest that fails."""

from hypothesis import Phase, settings

settings.register_profile(
    "mutants",
    settings.get_profile("ci"),  # derandomized, without a deadline and without a database
    max_examples=50,
    phases=(Phase.explicit, Phase.generate),
)
