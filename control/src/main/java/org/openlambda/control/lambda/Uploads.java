package org.openlambda.control.lambda;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.openlambda.control.archive.ZipArchive;
import org.openlambda.control.bundles.Bundles;
import org.openlambda.control.catalog.KeptVersion.KeptCode;
import org.openlambda.control.model.Fault;
import org.openlambda.control.model.InputReader;
import org.openlambda.control.s3.S3;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.Registry.BadBundle;
import tools.jackson.databind.JsonNode;

/// Takes the archives that come with requests, or that requests name, of functions and layers. Any
/// thread; blocks on the disk and the network.
final class Uploads {
  private static final List<String> BY_NAME = List.of("S3Bucket", "S3Key", "S3ObjectVersion");

  private final Kept kept;
  private final ObjectCode objects;

  Uploads(Kept kept, ObjectCode objects) {
    this.kept = kept;
    this.objects = objects;
  }

  /// @param code the member of the request that says where the archive is
  KeptCode take(Account account, JsonNode code) throws Fault, IOException {
    JsonNode zip = code.get("ZipFile");
    boolean named = BY_NAME.stream().anyMatch(code::has);
    if (zip != null && named) {
      throw Fault.invalid(
          "Please do not provide other FunctionCode parameters when providing a ZipFile.");
    }
    if (zip == null && !named) {
      throw Fault.invalid("Please provide a source for function code.");
    }
    // What it unpacks to may be as large, so an object may, too: it does not pass through memory.
    return zip != null
        ? keep(bytes(zip))
        : keep(file -> objects.fetch(account, code, file, kept.quotas().unzippedBytes()));
  }

  private Bundles.Incoming<Fault> bytes(JsonNode zip) throws Fault {
    byte[] bytes = InputReader.bytes(zip);
    if (bytes.length > kept.quotas().zippedBytes()) {
      throw new Fault(
          413,
          "RequestEntityTooLargeException",
          "Zipped size must be smaller than " + kept.quotas().zippedBytes() + " bytes");
    }
    return file -> Files.write(file, bytes);
  }

  private KeptCode keep(Bundles.Incoming<Fault> archive) throws Fault, IOException {
    try {
      Bundles.Kept taken = kept.bundles().keep(archive, Bundles.Format.ZIP, (_, _) -> {});
      return new KeptCode(taken.archive(), taken.tree(), taken.bytes());
    } catch (ZipArchive.Unreadable e) {
      throw Fault.invalid(
          "Could not unzip uploaded file. Please check your file, then try to upload again.");
    } catch (ZipArchive.TooLarge | S3.TooLarge e) {
      throw Fault.invalid(
          "Unzipped size must be smaller than " + kept.quotas().unzippedBytes() + " bytes");
    } catch (BadBundle e) {
      throw Fault.invalid("The uploaded file cannot be served: " + e.getMessage());
    }
  }
}
