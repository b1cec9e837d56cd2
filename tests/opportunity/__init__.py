"""The opportunity service, one file per thing that a user does with it."""
