"""What the parts of the house say to each other: events, and the roles a token may carry. Nothing else is shared."""
