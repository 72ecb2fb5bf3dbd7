"""The reliability core, judged by a clock turned by hand."""
