"""The import service: a list comes in, is read, checked and settled; bad files are refused; lists go out."""
