"""What `make bench` runs: figures on this machine, each beside a yardstick measured in the same run."""
