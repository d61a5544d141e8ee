package org.openlambda.control.bundles;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.openlambda.control.s3.BucketAddress;
import org.openlambda.control.s3.S3;
import org.openlambda.control.s3.S3Away;
import org.openlambda.control.s3.S3Refused;
import org.openlambda.control.secrets.Sealer;
import org.openlambda.core.bundle.CodeAway;
import org.openlambda.core.function.Digest;

/// One server's place in a bucket, and what it holds: see the room's page for its keys. Any thread;
/// blocks on the network.
///
/// An object is written whole or not at all, and never changes. Two servers with different data
/// would sweep each other's code, so the place is claimed by an object that only servers with the
/// same key can read.
public final class Bucket {
  /// Objects that are fetched at the same time: a bucket that answers slowly may not hold up all
  /// that reads code.
  static final int AT_ONCE = 4;

  /// An object of this age is written again when it is kept again, so that no sweep takes it.
  private static final Duration FRESH = Duration.ofMinutes(5);

  private static final int OWNER_BYTES = 1_000;
  private static final String OWNER = "owner";
  private static final String MERGED = "merged";
  private static final String SEAL = "bundles";

  private final S3 s3;
  private final BucketAddress place;
  private final Sealer sealer;
  private final Semaphore fetching = new Semaphore(AT_ONCE);
  private volatile boolean claimed;

  /// What an object holds.
  ///
  /// @param archive empty for a tree that was made of others
  record Content(Digest tree, Optional<Digest> archive) {
    static Content of(Digest tree, Digest archive) {
      return new Content(tree, Optional.of(archive));
    }

    static Content merged(Digest tree) {
      return new Content(tree, Optional.empty());
    }

    String key() {
      return tree.hex() + "/" + archive.map(Digest::hex).orElse(MERGED);
    }

    /// @return empty if it is the name of something else
    static Optional<Content> parse(String key) {
      String[] parts = key.split("/", -1);
      try {
        return parts.length != 2
            ? Optional.empty()
            : Optional.of(
                new Content(
                    new Digest(parts[0]),
                    parts[1].equals(MERGED)
                        ? Optional.empty()
                        : Optional.of(new Digest(parts[1]))));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
  }

  /// @param sealer of the server whose place it is
  public Bucket(S3 s3, BucketAddress place, Sealer sealer) {
    this.s3 = s3;
    this.place = place;
    this.sealer = sealer;
  }

  /// Makes sure that the place is ours, and makes it so if it is nobody's.
  ///
  /// @param scratch a file that is written to
  /// @throws CodeAway if that cannot be told now
  /// @throws IOException if it is another server's, or may not be read or written
  void claim(Path scratch) throws IOException {
    if (claimed) {
      return;
    }
    try {
      if (!isOwned(scratch)) {
        byte[] mark = sealer.seal(SEAL.getBytes(StandardCharsets.US_ASCII), SEAL);
        Files.write(scratch, mark);
        put(OWNER, scratch);
        if (!isOwned(scratch)) { // another one may have come between
          throw new IOException(place + " does not keep what is put there");
        }
      }
      claimed = true;
    } finally {
      Files.deleteIfExists(scratch);
    }
  }

  private boolean isOwned(Path scratch) throws IOException {
    if (!isFetched(OWNER, scratch, OWNER_BYTES)) {
      return false;
    }
    try {
      var _ = sealer.open(Files.readAllBytes(scratch), SEAL);
      return true;
    } catch (IllegalStateException e) {
      throw new IOException(
          ("%s keeps the code of another server, or of this one when it had another secret.key:"
                  + " name a place of its own, as s3://BUCKET/PREFIX")
              .formatted(place),
          e);
    }
  }

  /// @return false if there is no such object
  boolean isFetched(Content content, Path file, long most) throws IOException {
    if (!fetching.tryAcquire()) {
      throw new CodeAway("%d objects are fetched from %s already".formatted(AT_ONCE, place));
    }
    try {
      return isFetched(content.key(), file, most);
    } finally {
      fetching.release();
    }
  }

  private boolean isFetched(String name, Path file, long most) throws IOException {
    try {
      s3.get(name(name), file, most);
      return true;
    } catch (S3Refused e) {
      if (e.isAbsence()) {
        return false;
      }
      throw failed(e);
    } catch (S3Away e) {
      throw away(e);
    }
  }

  /// What there is of a tree: any of it makes the same.
  List<Content> of(Digest tree) throws IOException {
    var all = new ArrayList<Content>();
    list(tree.hex() + "/", (content, _) -> all.add(content));
    return all;
  }

  /// Told of what there is, and since when.
  interface Seen {
    void see(Content content, Instant modified);
  }

  void all(Seen seen) throws IOException {
    list("", seen);
  }

  private void list(String prefix, Seen seen) throws IOException {
    Consumer<S3.Found> each =
        found ->
            Content.parse(found.key().substring(place.prefix().length()))
                .ifPresent(content -> seen.see(content, found.modified()));
    try {
      s3.list(place.bucket(), place.key(prefix), each);
    } catch (S3Refused e) {
      throw failed(e);
    } catch (S3Away e) {
      throw away(e);
    }
  }

  /// Keeps an object, unless it was kept just now.
  void keep(Content content, Path file) throws IOException {
    try {
      Optional<S3.Found> there = s3.look(name(content.key()));
      boolean fresh =
          there.isPresent()
              && there.get().bytes() == Files.size(file)
              && there.get().modified().isAfter(Instant.now().minus(FRESH));
      if (!fresh) {
        put(content.key(), file);
      }
    } catch (S3Refused e) {
      throw failed(e);
    } catch (S3Away e) {
      throw away(e);
    }
  }

  private void put(String name, Path file) throws IOException {
    try {
      s3.put(name(name), file);
    } catch (S3Refused e) {
      throw failed(e);
    } catch (S3Away e) {
      throw away(e);
    }
  }

  void delete(Content content) throws IOException {
    try {
      s3.delete(name(content.key()));
    } catch (S3Refused e) {
      throw failed(e);
    } catch (S3Away e) {
      throw away(e);
    }
  }

  private S3.Name name(String name) {
    return new S3.Name(place.bucket(), place.key(name));
  }

  private CodeAway away(S3Away e) {
    return new CodeAway(place + ": " + e.getMessage(), e);
  }

  private IOException failed(S3Refused e) {
    return new IOException(
        ("%s cannot be used: %s. Its bucket has to exist, and the server's credentials have to"
                + " allow it to list, read, write and delete there")
            .formatted(place, e.getMessage()),
        e);
  }

  @Override
  public String toString() {
    return place.toString();
  }
}
