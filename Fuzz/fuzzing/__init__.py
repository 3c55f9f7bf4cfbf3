"""Random problems for the command, with references that share no code with it. Fuzz/README.md says more."""
