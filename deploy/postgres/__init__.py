"""One database and one login for each service."""
