"""The whole house on one machine: `make run`, and the servers and houses that tests stand on."""
