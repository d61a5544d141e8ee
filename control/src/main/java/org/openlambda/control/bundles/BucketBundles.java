package org.openlambda.control.bundles;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.openlambda.control.archive.ZipArchive;
import org.openlambda.control.bundles.Bucket.Content;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.Registry.BadBundle;
import org.openlambda.core.units.Bytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// In a bucket, with a folder as the place where archives are unpacked and what was asked for
/// lately is found. What comes from the bucket is used only if its digests are right.
public final class BucketBundles implements Bundles {
  /// Of the folder; what was asked for least lately goes, at each sweep.
  public static final Bytes CACHE = Bytes.mebi(10 * 1024);

  private static final Logger LOG = LoggerFactory.getLogger(BucketBundles.class);
  private static final Check ANY = (_, _) -> {};

  private final FolderBundles cache;
  private final Bucket bucket;
  private final long mostBytes;
  private final long mostCached;

  /// @param cache nobody else's
  /// @param largest archive
  /// @param cached of the folder, looked at when it is swept
  public BucketBundles(FolderBundles cache, Bucket bucket, Bytes largest, Bytes cached) {
    this.cache = cache;
    this.bucket = bucket;
    this.mostBytes = largest.count();
    this.mostCached = cached.count();
  }

  /// Makes sure that the place in the bucket is this server's. Every call does so that changes
  /// something, as long as it has not succeeded.
  ///
  /// @throws org.openlambda.core.bundle.CodeAway if that cannot be told now
  /// @throws IOException in one sentence, why it is not, or cannot be used
  public void claim() throws IOException {
    bucket.claim(cache.part("owner"));
  }

  @Override
  public <X extends Exception> Kept keep(Incoming<X> incoming, Format format, Check check)
      throws X, BadBundle, IOException {
    claim();
    Kept kept = cache.keep(incoming, format, check);
    bucket.keep(Content.of(kept.tree(), kept.archive()), cache.archive(kept.archive()));
    return kept;
  }

  @Override
  public Digest merge(List<Digest> all) throws BadBundle, IOException {
    claim();
    for (Digest tree : all) {
      bring(code(tree));
    }
    Digest merged = cache.merge(all);
    keepMerged(merged);
    return merged;
  }

  private void keepMerged(Digest tree) throws IOException {
    Path file = cache.part("merged");
    try {
      cache.pack(tree, file);
      bucket.keep(Content.merged(tree), file);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public Code code(Digest tree) {
    return cache.code(tree);
  }

  @Override
  public void bring(Code code) throws IOException {
    if (cache.hasTree(code.digest())) {
      return;
    }
    for (Content content : bucket.of(code.digest())) {
      if (isBrought(content)) {
        return;
      }
    }
    throw new NoSuchFileException(
        "code " + code.digest().brief(), null, "is not in " + bucket + ", or damaged there");
  }

  /// @return false if it is gone, or is not what its name says
  private boolean isBrought(Content content) throws IOException {
    Path file = cache.part("fetched");
    try {
      return bucket.isFetched(content, file, mostBytes)
          && isRight(content, file)
          && isUnpacked(content, file);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private boolean isRight(Content content, Path file) throws IOException {
    boolean right =
        content.archive().isEmpty() || content.archive().get().equals(FolderBundles.digest(file));
    if (!right) {
      LOG.error("{} in {} is damaged: its bytes have another digest", content.key(), bucket);
    }
    return right;
  }

  private boolean isUnpacked(Content content, Path file) throws IOException {
    try {
      boolean right = cache.unpack(file, Format.of(file), ANY).equals(content.tree());
      if (!right) {
        LOG.error("{} in {} is damaged: it unpacks to something else", content.key(), bucket);
      }
      return right;
    } catch (BadBundle | ZipArchive.Unreadable | ZipArchive.TooLarge e) {
      LOG.error("{} in {} is damaged: {}", content.key(), bucket, e.getMessage());
      return false;
    }
  }

  @Override
  public InputStream open(Kept archive) throws IOException {
    if (!cache.hasArchive(archive.archive())) {
      fetch(Content.of(archive.tree(), archive.archive()));
    }
    return cache.open(archive);
  }

  private void fetch(Content content) throws IOException {
    Path file = cache.part("fetched");
    try {
      if (!bucket.isFetched(content, file, mostBytes)) {
        throw new NoSuchFileException(content.key(), null, "is not in " + bucket);
      }
      if (!isRight(content, file)) {
        throw new IOException(content.key() + " in " + bucket + " is damaged");
      }
      cache.publishArchive(file, content.archive().orElseThrow());
    } finally {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public void pack(Digest merged, Path file) throws IOException {
    bring(code(merged));
    cache.pack(merged, file);
  }

  /// Also gives the bucket what it lacks and this folder has, as after a change of the place, and
  /// makes room in the folder.
  @Override
  public int sweep(Used used, Instant before) throws IOException {
    claim();
    int swept = cache.sweep(used, before);
    Set<Content> wanted = contents(used);
    var there = new HashSet<Content>();
    var old = new HashSet<Content>();
    bucket.all((content, modified) -> {
      boolean isOld = !wanted.contains(content) && modified.isBefore(before);
      var _ = (isOld ? old : there).add(content);
    });
    for (Content content : old) {
      bucket.delete(content);
    }
    wanted.removeAll(there);
    there.addAll(given(wanted));
    cache.trim(mostCached, before, digests(there));
    return swept + old.size();
  }

  private static Set<Content> contents(Used used) {
    var all = new HashSet<Content>();
    used.archives().forEach(kept -> all.add(Content.of(kept.tree(), kept.archive())));
    used.merged().forEach(tree -> all.add(Content.merged(tree)));
    return all;
  }

  /// @param missing what the bucket lacks
  /// @return what this folder had, and the bucket has now
  private Set<Content> given(Set<Content> missing) throws IOException {
    var given = new HashSet<Content>();
    for (Content content : missing) {
      if (content.archive().isPresent() && cache.hasArchive(content.archive().get())) {
        bucket.keep(content, cache.archive(content.archive().get()));
        given.add(content);
      } else if (content.archive().isEmpty() && cache.hasTree(content.tree())) {
        keepMerged(content.tree());
        given.add(content);
      }
    }
    if (given.size() < missing.size()) {
      LOG.error(
          "{} lacks {} archives that functions have, and so does this folder",
          bucket,
          missing.size() - given.size());
    }
    return given;
  }

  private static Set<Digest> digests(Set<Content> there) {
    var all = new HashSet<Digest>();
    for (Content content : there) {
      all.add(content.tree());
      Optional<Digest> archive = content.archive();
      archive.ifPresent(all::add);
    }
    return all;
  }
}
