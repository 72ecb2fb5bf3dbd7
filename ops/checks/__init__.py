"""The checks of a deployment, one a file: facts in, a finding out."""
