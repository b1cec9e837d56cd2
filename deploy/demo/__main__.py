"""`python -m deploy.demo GATEWAY_URL`: load the demo company into a house without campaigns; leave any other alone."""

import sys

from .loading import load
from .system import System

if __name__ == "__main__":
    url = sys.argv[1]
    if System(url, "maki", "look").get("/campaigns")["total"]:
        print("There are campaigns: nothing to load.")
    else:
        load(url)
        print("The demo company is loaded.")
