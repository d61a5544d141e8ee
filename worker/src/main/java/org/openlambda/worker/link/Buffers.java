package org.openlambda.worker.link;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/// Direct buffers for reading frames, shared by all links: a link needs one only while it waits for
/// an answer, and a large one only from the first frame on that does not fit a small one. So a
/// thousand streams of small events need some megabytes. Keeps at most `kept` of each size; more at
/// once are allocated and left to the collector. Safe for any thread, never blocks.
public final class Buffers {
  /// Bytes of a small one: an answer of a usual size with its head.
  private static final int SMALL = 8 * 1024;

  /// Bytes of a large one: two of the largest frames.
  private static final int LARGE = 2 * (FrameReader.HEADER + FrameReader.LARGEST_PAYLOAD);

  private final ArrayBlockingQueue<ByteBuffer> small;
  private final ArrayBlockingQueue<ByteBuffer> large;

  public Buffers(int kept) {
    small = new ArrayBlockingQueue<>(kept);
    large = new ArrayBlockingQueue<>(kept);
  }

  /// One that holds small frames, empty.
  ByteBuffer borrow() {
    ByteBuffer buffer = small.poll();
    return (buffer == null ? ByteBuffer.allocateDirect(SMALL) : buffer).clear().limit(0);
  }

  /// A larger one with the same content; the other goes back.
  ByteBuffer exchange(ByteBuffer tooSmall) {
    ByteBuffer there = large.poll();
    ByteBuffer buffer = there == null ? ByteBuffer.allocateDirect(LARGE) : there;
    buffer.clear().put(tooSmall).flip();
    giveBack(tooSmall);
    return buffer;
  }

  void giveBack(ByteBuffer buffer) {
    (buffer.capacity() == SMALL ? small : large).offer(buffer);
  }
}
