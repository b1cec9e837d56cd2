"""The machinery under every service: web door, event door, outbox, inbox, broker, database. Knows no business word."""
