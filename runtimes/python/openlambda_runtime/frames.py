"""The layout of frames, as `runtimes/PROTOCOL.md` has it.

    offset  size  field
    0       4     length of the payload, 0 to 65536
    4       1     type
    5       1     flags: bit 0 END
    6       2     0
    8       4     stream
    12      ...   payload

All numbers are big-endian.
"""

import struct

HEADER = struct.Struct(">IBBHI")
U16 = struct.Struct(">H")
U32 = struct.Struct(">I")
U64 = struct.Struct(">Q")

PAYLOAD_MAX = 65_536
FRAME_MAX = HEADER.size + PAYLOAD_MAX
WINDOW = 262_144  # bytes of body that may be under way on a stream, each way, before any CREDIT
CREDIT_STEP = 65_536  # credit is given in steps of at least this

END = 1

# From the worker.
SPECIALISE, REQUEST, BODY, CREDIT, CANCEL = 1, 2, 3, 4, 5
# To the worker.
READY, LOADED, ANSWER, ANSWER_BODY, BODY_CREDIT, FAILED = 16, 17, 18, 19, 20, 21

STREAMLESS = 0
