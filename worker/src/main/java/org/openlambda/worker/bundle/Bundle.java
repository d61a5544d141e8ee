package org.openlambda.worker.bundle;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.openlambda.core.function.Digest;

/// The code of one digest, unpacked and unchanging but for the compiled files that are added once.
public final class Bundle {
  /// Sources of this size are compiled for good after the first call already.
  private static final long LARGE_BYTES = 64 * 1024;

  private final Digest digest;
  private final Path folder;
  private final long sourceBytes;
  private final long bytes;
  private volatile long usedNanos;
  private final AtomicInteger loads;
  private final AtomicBoolean compiled;
  private final Optional<Bundle> layers;

  /// @param sourceBytes of files that can be compiled
  /// @param bytes of all files
  Bundle(Digest digest, Path folder, long sourceBytes, long bytes) {
    this.digest = digest;
    this.folder = folder;
    this.sourceBytes = sourceBytes;
    this.bytes = bytes;
    this.loads = new AtomicInteger();
    this.compiled = new AtomicBoolean();
    this.layers = Optional.empty();
  }

  private Bundle(Bundle code, Bundle layers) {
    this.digest = code.digest;
    this.folder = code.folder;
    this.sourceBytes = code.sourceBytes;
    this.bytes = code.bytes;
    this.loads = code.loads;
    this.compiled = code.compiled;
    this.layers = Optional.of(layers);
  }

  /// The same with others below it.
  Bundle over(Bundle others) {
    return new Bundle(this, others);
  }

  /// What is seen at `/opt`.
  public Optional<Bundle> layers() {
    return layers;
  }

  public Digest digest() {
    return digest;
  }

  /// Owned by root, readable by all; what is mounted into sandboxes.
  public Path folder() {
    return folder;
  }

  long bytes() {
    return bytes;
  }

  /// When a call last asked for it.
  long usedNanos() {
    return usedNanos;
  }

  void used(long nanos) {
    usedNanos = nanos;
  }

  /// Called when a sandbox loaded it. Whether it should be compiled now: at its second load, as a
  /// function that is called once never earns it back, or at once if there is much to compile. True
  /// at most once.
  public boolean worthCompiling() {
    boolean worth = loads.incrementAndGet() > 1 || sourceBytes >= LARGE_BYTES;
    return worth && claimCompiling();
  }

  /// True once, for the one who is to compile it.
  public boolean claimCompiling() {
    return compiled.compareAndSet(false, true);
  }
}
