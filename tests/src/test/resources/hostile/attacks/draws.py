"""Draws from every source of randomness that Python has, for comparison between sandboxes."""

import os
import random
import secrets
import ssl
import tempfile
import uuid


def draw(event):
    """One draw of each; no two sandboxes may ever have the same."""
    return {
        "random": random.getrandbits(128),
        "random.Random": random.Random().getrandbits(128),
        "secrets": secrets.token_hex(16),
        "uuid1": str(uuid.uuid1()),
        "uuid4": str(uuid.uuid4()),
        "ssl": ssl.RAND_bytes(16).hex(),
        "urandom": os.urandom(16).hex(),
        "getrandom": os.getrandom(16).hex(),
        # The name that a temporary file would get; the zygote has no place to make one.
        "tempfile": next(tempfile._get_candidate_names()),
    }
