import pathlib
import sys

number, folder = sys.argv[1], pathlib.Path(".").resolve()

SNIPPET
