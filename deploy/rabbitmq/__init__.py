"""The broker's users and what each of them may touch."""
