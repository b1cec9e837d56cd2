"""How the house is brought up: on one machine (deploy.local), in containers, in a cluster."""
