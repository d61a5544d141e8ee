package org.openlambda.control.lambda;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.openlambda.control.catalog.Function;
import org.openlambda.control.catalog.KeptVersion;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.lambda.Description.Progress;
import org.openlambda.control.model.Fault;
import tools.jackson.databind.node.ObjectNode;

/// Published versions. Any thread.
final class VersionOperations {

  private final Kept kept;
  private final Naming naming;

  VersionOperations(Kept kept, Naming naming) {
    this.kept = kept;
    this.naming = naming;
  }

  ObjectNode publish(Asked asked) throws Fault, Unavailable {
    record Published(Function function, KeptVersion version) {}
    Published published =
        kept.change(
            asked,
            t -> {
              Function function = naming.function(t, asked);
              requireCode(asked, function.latest());
              Kept.requireRevision(
                  asked.text("RevisionId"), function.latest().revision(), "GetFunction/GetAlias");
              KeptVersion version = publish(t, function, asked.text("Description"));
              kept.requireRoom(t, function.id().account());
              return new Published(kept.catalog().find(t, function.id()).orElseThrow(), version);
            });
    kept.routes().refresh(published.function.id());
    return Description.version(
        asked.question(),
        published.function,
        published.version,
        Optional.of(published.version.label()),
        Progress.SETTLED);
  }

  private static void requireCode(Asked asked, KeptVersion latest) throws Fault {
    Optional<String> wanted = asked.text("CodeSha256");
    String current = Description.base64(latest.code().archive());
    if (wanted.isPresent() && !wanted.get().equals(current)) {
      throw Fault.invalid(
          ("CodeSHA256 (%s) is different from current CodeSHA256 in $LATEST (%s). Please try again"
                  + " with the CodeSHA256 in $LATEST.")
              .formatted(wanted.get(), current));
    }
  }

  /// Makes a version of what `$LATEST` is now; the last one if nothing has changed since.
  KeptVersion publish(Transaction t, Function function, Optional<String> description) {
    KeptVersion latest = function.latest();
    KeptVersion last = function.versions().lastEntry().getValue();
    if (last.number() > 0 && isSame(last, latest)) {
      return last;
    }
    ObjectNode configuration = latest.configuration().deepCopy();
    description.ifPresent(text -> configuration.put("Description", text));
    var version =
        new KeptVersion(
            function.nextVersion(),
            latest.code(),
            configuration,
            latest.environment(),
            UUID.randomUUID(),
            kept.now());
    kept.catalog().put(t, function.key(), function.id(), version);
    kept.catalog().countVersion(t, function);
    return version;
  }

  /// But for the description, which each version may have of its own.
  private static boolean isSame(KeptVersion one, KeptVersion other) {
    return one.code().archive().equals(other.code().archive())
        && one.environment().equals(other.environment())
        && one.configuration()
            .deepCopy()
            .without("Description")
            .equals(other.configuration().deepCopy().without("Description"));
  }

  ObjectNode list(Asked asked) throws Fault, Unavailable {
    Function function = kept.database().read(t -> naming.function(t, asked));
    int from = asked.text("Marker").map(VersionOperations::number).orElse(-1);
    return asked.page(
        "Versions",
        List.copyOf(function.versions().tailMap(from + 1).values()),
        version -> Integer.toString(version.number()),
        version ->
            Description.version(
                asked.question(),
                function,
                version,
                Optional.of(version.label()),
                Progress.LISTED));
  }

  private static int number(String marker) {
    return marker.matches("[0-9]{1,9}") ? Integer.parseInt(marker) : -1;
  }
}
