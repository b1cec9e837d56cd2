"""Shapes of the opportunity service's requests and answers. Money in whole yen, probability in percent (0 to 100)."""
