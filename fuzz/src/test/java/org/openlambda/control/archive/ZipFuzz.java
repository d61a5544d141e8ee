package org.openlambda.control.archive;

import static org.openlambda.fuzz.Oracle.that;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openlambda.fuzz.Workshop;

/// A zip that anybody may have uploaded, unpacked for real, with the same promises as a tar.
public final class ZipFuzz {
  private static final Path FILE = Workshop.make("zip").resolve("archive.zip");

  private ZipFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Files.write(FILE, input);
    try {
      ArchiveFuzz.hold(unpacker -> ZipArchive.read(FILE, ArchiveFuzz.BOUNDS, unpacker));
    } catch (ZipArchive.Unreadable | ZipArchive.TooLarge refused) {
      that(refused.getMessage() != null, "it is refused without a word");
    }
  }
}
