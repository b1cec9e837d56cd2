"""The lead service, one file per thing that somebody does with it."""
