import sys
import time

number = sys.argv[1]
time.sleep = lambda seconds: None

SNIPPET
