package org.openlambda.control.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.openlambda.control.store.Trees;
import org.openlambda.control.store.Unpacked;
import org.openlambda.control.store.Upload;
import org.openlambda.control.watch.FolderChanges;
import org.openlambda.control.watch.FolderChanges.Change;
import org.openlambda.control.watch.FolderChanges.Kind;
import org.openlambda.control.watch.InotifyChanges;
import org.openlambda.control.watch.Watches;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.NotUploaded;
import org.openlambda.core.function.Registry;
import org.openlambda.core.time.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves the functions of one or more folders. In each, a sub-folder is a function, and a
/// `NAME.tar.gz` is one; a folder that itself has an `f.py` or an `ol.yaml` when the registry is
/// opened is one function, named after it. What starts with `.` is passed over.
///
/// A file that was saved is served by the next call: [#find] asks the kernel what changed (one
/// system call, about 1 µs) and reads again what did, on the calling thread. Where folders cannot
/// be watched they are looked at (not read) at every call instead.
///
/// Opening lists names and reads no function. Safe for any thread.
public final class FolderRegistry implements Registry, AutoCloseable {
  /// The most functions a registry holds.
  public static final int MOST_FUNCTIONS = 100_000;

  private static final Logger LOG = LoggerFactory.getLogger(FolderRegistry.class);

  private final RegistrySettings settings;
  private final Time time;
  private final Roots roots;
  private final Path uploads;
  private final Unpacked unpacked;
  private final BundleReader reader;
  private final BundleJudge judge;
  private final Watches watches;

  /// Written under the lock of `watches`.
  private final ConcurrentHashMap<FunctionName, KnownFunction> functions =
      new ConcurrentHashMap<>();

  private final boolean rootsWatched;
  private final Thread sweeper;

  /// Opens the registry; close it to end its watches.
  ///
  /// @throws IOException naming the folder that cannot be used
  public static FolderRegistry open(RegistrySettings settings, Time time) throws IOException {
    return new FolderRegistry(settings, time, InotifyChanges.open());
  }

  FolderRegistry(RegistrySettings settings, Time time, FolderChanges changes) throws IOException {
    this.settings = settings;
    this.time = time;
    this.watches = new Watches(changes);
    try {
      this.roots = Roots.of(settings.roots(), settings.uploads(), MOST_FUNCTIONS);
      this.uploads = settings.uploads().toRealPath();
      this.unpacked = new Unpacked(settings.state().resolve("unpacked"), settings.bounds());
      this.judge = new BundleJudge(settings.limits());
      this.reader = new BundleReader(judge, settings.bounds().bundle(), unpacked);
      this.rootsWatched = watchRoots();
      Roots.Listing listing = listing();
      watches.locked(() -> enter(listing));
      listing.problems().forEach(problem -> LOG.warn("{}", problem));
      this.sweeper = Thread.ofVirtual().name("registry-sweeper").start(sweep(leftOvers()));
    } catch (IOException | UncheckedIOException e) {
      watches.close();
      throw e;
    }
  }

  private boolean watchRoots() {
    boolean all = true;
    for (Roots.Root root : roots.withFunctions()) {
      var owner = new RootOwner();
      watches.admit(owner);
      all &= watches.watch(root.path(), "", owner);
    }
    return all;
  }

  /// Sees names come and go.
  private final class RootOwner implements Watches.Owner {
    @Override
    public void changed(String folder, Change change) {
      if (change.kind() == Kind.ENDED) {
        lost();
      } else if (change.kind() != Kind.WRITING && change.kind() != Kind.ATTRIBUTES) {
        Roots.namesOf(change.name()).forEach(FolderRegistry.this::resolve);
      }
    }

    @Override
    public void lost() {
      listAgain();
    }
  }

  /// Finds out what `name` means now. Under the lock of `watches`.
  private void resolve(FunctionName name) {
    enter(name, roots.locate(name));
  }

  private void listAgain() {
    enter(listing());
  }

  private void enter(Roots.Listing listing) {
    for (FunctionName name : List.copyOf(functions.keySet())) {
      if (!listing.functions().containsKey(name)) {
        enter(name, Optional.empty());
      }
    }
    listing.functions().forEach((name, source) -> enter(name, Optional.of(source)));
  }

  private Roots.Listing listing() {
    try {
      return roots.list();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the functions' folders: " + e.getMessage(), e);
    }
  }

  private void enter(FunctionName name, Optional<Source> source) {
    KnownFunction known = functions.get(name);
    if (known != null && source.isPresent() && known.source().equals(source.get())) {
      known.lost();
      return;
    }
    if (known != null) {
      functions.remove(name);
      watches.release(known);
    }
    if (source.isPresent() && functions.size() < MOST_FUNCTIONS) {
      var fresh = new KnownFunction(name, source.get(), reader, watches, time);
      watches.admit(fresh);
      functions.put(name, fresh);
    }
  }

  private List<Path> leftOvers() throws IOException {
    List<Path> left =
        new ArrayList<>(
            unpacked.leftOvers(name ->
                FunctionName.isValid(name) && functions.containsKey(new FunctionName(name))));
    try (var files = Files.list(uploads)) {
      files.filter(file -> Upload.isLeftOver(file.getFileName().toString())).forEach(left::add);
    }
    return left;
  }

  private static Runnable sweep(List<Path> leftOvers) {
    return () -> {
      for (Path path : leftOvers) {
        try {
          Trees.delete(path);
        } catch (IOException e) {
          LOG.warn(
              "cannot delete what an earlier run left, it stays on the disk: {}", e.toString());
        }
      }
    };
  }

  @Override
  public Lookup find(FunctionName name) {
    KnownFunction function = current(name);
    return function == null ? new Lookup.Unknown(name) : function.find();
  }

  private @Nullable KnownFunction current(FunctionName name) {
    watches.drain();
    if (!rootsWatched) {
      watches.locked(() -> resolve(name));
    }
    return functions.get(name);
  }

  /// What the function's `ol.yaml` asks for that this version does not do; one sentence each.
  public List<String> notes(FunctionName name) {
    KnownFunction function = current(name);
    return function == null ? List.of() : function.notes();
  }

  /// What lies in the folders and cannot be a function, one sentence each. Lists them again.
  public List<String> problems() {
    return listing().problems();
  }

  @Override
  public List<FunctionName> names() {
    watches.drain();
    if (!rootsWatched) {
      watches.locked(this::listAgain);
    }
    return functions.keySet().stream().sorted().toList();
  }

  @Override
  public void install(FunctionName name, InputStream archive) throws BadBundle, IOException {
    refuseIfTaken(name);
    try (var upload = Upload.receive(uploads, name, archive, settings.bounds().packed())) {
      var tree = unpacked.unpack(upload.file());
      boolean kept = false;
      try {
        if (judge.judge(name, tree.folder(), tree.content(), Optional.empty()).lookup()
            instanceof Lookup.Broken broken) {
          throw new BadBundle(broken.problems());
        }
        unpacked.keep(name, upload.digest(), tree);
        kept = true;
      } finally {
        if (!kept) {
          Trees.delete(tree.folder());
        }
      }
      upload.commit(name + Roots.ARCHIVE);
    }
    watches.locked(() -> resolve(name));
  }

  private void refuseIfTaken(FunctionName name) throws BadBundle {
    if (name.text().startsWith(".")) {
      throw new BadBundle(List.of("a function whose name starts with '.' is not served"));
    }
    KnownFunction known = current(name);
    boolean uploaded =
        known == null || (known.source() instanceof Source.Archive(_, var isOurs) && isOurs);
    if (!uploaded) {
      throw new BadBundle(
          List.of(
              "%s is not an uploaded function but a folder or archive of this server's owner;"
                      .formatted(name)
                  + " upload under another name"));
    }
    if (known == null && functions.size() >= MOST_FUNCTIONS) {
      throw new BadBundle(
          List.of("this server holds %,d functions, the most it can".formatted(MOST_FUNCTIONS)));
    }
  }

  /// @throws NotUploaded if the function is there but not an uploaded one
  @Override
  public boolean remove(FunctionName name) throws IOException {
    KnownFunction known = current(name);
    if (known == null) {
      return false;
    }
    if (!(known.source() instanceof Source.Archive(var path, var isOurs) && isOurs)) {
      throw new NotUploaded(name, String.valueOf(known.source().path().getFileName()));
    }
    boolean deleted = Files.deleteIfExists(path);
    Trees.sync(uploads);
    watches.locked(() -> resolve(name));
    unpacked.forget(name);
    return deleted;
  }

  /// Ends all watches. Waits for the deletion of what an earlier run left.
  @Override
  public void close() {
    watches.close();
    try {
      sweeper.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
