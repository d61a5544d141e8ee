#!/usr/bin/env python3
"""What a page costs that is written for the first time, in µs, for each 256 MiB of GIB gibibytes.

    python3 bench/pages.py 10

On hardware it is the same to the end of memory. A virtual machine whose host takes back what is
free pays more from where that begins.
"""

import mmap
import sys
import time

PAGE = mmap.PAGESIZE
STEP = 256 << 20


def main() -> None:
    size = int(sys.argv[1]) << 30
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.madvise(mmap.MADV_NOHUGEPAGE)
    for start in range(0, size, STEP):
        begin = time.perf_counter()
        for page in range(start, start + STEP, PAGE):
            memory[page] = 1
        took = time.perf_counter() - begin
        print(f"{start / (1 << 30):5.2f} GiB  {took / (STEP / PAGE) * 1e6:5.1f} µs")


if __name__ == "__main__":
    main()
