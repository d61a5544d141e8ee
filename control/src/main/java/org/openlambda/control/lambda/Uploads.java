package org.openlambda.control.lambda;

import java.io.IOException;
import org.openlambda.control.archive.ZipArchive;
import org.openlambda.control.bundles.Bundles;
import org.openlambda.control.catalog.KeptVersion.KeptCode;
import org.openlambda.control.model.Fault;
import org.openlambda.control.model.InputReader;
import org.openlambda.core.function.Registry.BadBundle;
import tools.jackson.databind.JsonNode;

/// Takes the archives that come with requests, of functions and layers. Any thread; blocks on the
/// disk.
final class Uploads {
  private final Kept kept;

  Uploads(Kept kept) {
    this.kept = kept;
  }

  /// @param code the member of the request that says where the archive is
  KeptCode take(JsonNode code) throws Fault, IOException {
    JsonNode zip = code.get("ZipFile");
    if (zip == null) {
      throw Fault.invalid(
          code.has("S3Bucket")
              ? "Code from S3 is not supported by this server yet: send ZipFile."
              : "Please provide a source for function code.");
    }
    byte[] bytes = InputReader.bytes(zip);
    if (bytes.length > kept.quotas().zippedBytes()) {
      throw new Fault(
          413,
          "RequestEntityTooLargeException",
          "Zipped size must be smaller than " + kept.quotas().zippedBytes() + " bytes");
    }
    try {
      Bundles.Kept taken = kept.bundles().keep(bytes, Bundles.Format.ZIP, (_, _) -> {});
      return new KeptCode(taken.archive(), taken.tree(), taken.bytes());
    } catch (ZipArchive.Unreadable e) {
      throw Fault.invalid(
          "Could not unzip uploaded file. Please check your file, then try to upload again.");
    } catch (ZipArchive.TooLarge e) {
      throw tooLarge();
    } catch (BadBundle e) {
      throw Fault.invalid("The uploaded file cannot be served: " + e.getMessage());
    }
  }

  private Fault tooLarge() {
    return Fault.invalid(
        "Unzipped size must be smaller than " + kept.quotas().unzippedBytes() + " bytes");
  }
}
