package org.openlambda.worker.link;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/// Direct buffers for reading frames, shared by all links: a link needs one only while it waits for
/// an answer. Keeps at most `kept`; more calls at once allocate buffers of their own. Safe for any
/// thread, never blocks.
public final class Buffers {
  private static final int SIZE = 2 * (FrameReader.HEADER + FrameReader.LARGEST_PAYLOAD);

  private final ArrayBlockingQueue<ByteBuffer> idle;

  public Buffers(int kept) {
    idle = new ArrayBlockingQueue<>(kept);
  }

  ByteBuffer borrow() {
    ByteBuffer buffer = idle.poll();
    return buffer == null ? ByteBuffer.allocateDirect(SIZE) : buffer;
  }

  void giveBack(ByteBuffer buffer) {
    idle.offer(buffer);
  }
}
