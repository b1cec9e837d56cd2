"""Reading .xlsx as a stream, on the standard library alone, in a process of its own (process.py).

Memory does not grow with the file: of the sheet a block at a time is held, of the shared strings the first ones and
what was looked up lately. Nothing outside of this folder is imported, so that the process starts fast and knows no
secret.
"""
