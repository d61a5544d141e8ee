package org.openlambda.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// An endless row of inputs near those of a corpus; the same for the same seed.
final class Mutations {
  private static final int LONGEST = 8192;
  private static final int[] EDGES = {0, 1, 2, 4, 12, 127, 128, 255};

  private final List<byte[]> corpus;
  private final SplittableRandom random;

  Mutations(List<byte[]> corpus, long seed) {
    this.corpus = corpus;
    this.random = new SplittableRandom(seed);
  }

  byte[] next() {
    byte[] input = any();
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      input = change(input);
    }
    return input.length > LONGEST ? Arrays.copyOf(input, LONGEST) : input;
  }

  private byte[] any() {
    return corpus.get(random.nextInt(corpus.size())).clone();
  }

  private byte[] change(byte[] input) {
    int at = random.nextInt(input.length + 1);
    int kind = at == input.length ? 2 + random.nextInt(2) : random.nextInt(6);
    return switch (kind) {
      case 0 -> with(input, at, input[at] ^ (1 << random.nextInt(8)));
      case 1 -> with(input, at, EDGES[random.nextInt(EDGES.length)]);
      case 2 -> spliced(input, at, at, piece(input));
      case 3 -> spliced(input, at, at, piece(any()));
      case 4 -> spliced(input, at, at + random.nextInt(input.length - at + 1), new byte[0]);
      default -> with(input, at, random.nextInt(256));
    };
  }

  private static byte[] with(byte[] input, int at, int value) {
    input[at] = (byte) value;
    return input;
  }

  private byte[] piece(byte[] of) {
    if (of.length == 0) {
      return new byte[] {(byte) random.nextInt(256)};
    }
    int from = random.nextInt(of.length);
    return Arrays.copyOfRange(of, from, from + 1 + random.nextInt(of.length - from));
  }

  private static byte[] spliced(byte[] input, int from, int to, byte[] piece) {
    byte[] out = new byte[input.length - (to - from) + piece.length];
    System.arraycopy(input, 0, out, 0, from);
    System.arraycopy(piece, 0, out, from, piece.length);
    System.arraycopy(input, to, out, from + piece.length, input.length - to);
    return out;
  }
}
