"""What griffe finds broken between two copies of the package, a line each: python.py OLD NEW."""

import sys

import griffe

old, new = (griffe.load("chexiao", search_paths=[path], allow_inspection=False) for path in sys.argv[1:])
for broken in griffe.find_breaking_changes(old, new):
    was = "" if broken.new_value is None else f": {broken.old_value} -> {broken.new_value}"
    print(f"{broken.obj.path}: {broken.kind.value}{was}")
