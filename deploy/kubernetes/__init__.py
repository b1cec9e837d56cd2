"""Plain manifests for a cluster, made from the nameplates, so that they cannot fall behind the services."""
