"""The five services. Each owns a database; none knows another."""
