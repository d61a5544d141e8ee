"""The short form of `./dev fuzz runtime`: what is kept, and inputs near it; the same every time."""

import base64
import gc
import random
import unittest
import warnings
import zipfile
from pathlib import Path

import fuzz

CORPUS = Path(__file__).resolve().parents[3] / "fuzz/corpus/runtime.zip"
SEED = 20_261_128
MUTATIONS = 2000


class FuzzTest(unittest.TestCase):
    def test_what_a_worker_may_send_ends_the_runtime_as_promised(self):
        with zipfile.ZipFile(CORPUS) as kept:
            corpus = [kept.read(name) for name in kept.namelist()]
        self.assertTrue(corpus)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of coroutines that the end of a process takes along
            self.play_all(corpus)
            gc.collect()

    def play_all(self, corpus):
        for data in corpus:
            self.play(data)
        near = random.Random(SEED)
        for _ in range(MUTATIONS):
            data = bytearray(near.choice(corpus))
            for _ in range(near.randint(1, 4)):
                self.change(near, data, near.choice(corpus))
            self.play(bytes(data))

    @staticmethod
    def change(near, data, other):
        at = near.randrange(len(data) + 1)
        kind = near.randrange(4)
        if kind == 0 and at < len(data):
            data[at] = near.choice((0, 1, 12, 127, 128, 255, near.randrange(256)))
        elif kind == 1 and at < len(data):
            data[at] ^= 1 << near.randrange(8)
        elif kind == 2:
            del data[at : at + near.randint(1, 16)]
        else:
            start = near.randrange(len(other) + 1)
            data[at:at] = other[start : start + near.randint(1, 64)]

    def play(self, data):
        try:
            fuzz.play(data)
        except BaseException as found:
            raise AssertionError(f"found by (Base64) {base64.b64encode(data).decode()}") from found


if __name__ == "__main__":
    unittest.main()
