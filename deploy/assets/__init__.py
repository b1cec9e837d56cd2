"""What the gateway serves but the repository does not hold."""
