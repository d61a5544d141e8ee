"""The classic way to a cold call: an interpreter started for it, as CGI does."""
import json
import sys

sys.path.insert(0, sys.argv[1])
from f import f  # noqa: E402

json.dump(f(json.load(sys.stdin)), sys.stdout)
