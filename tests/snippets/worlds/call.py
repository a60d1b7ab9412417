import sys

number = sys.argv[1]


SNIPPET
