"""Lead: owns persons and leads."""
