package org.openlambda.control.bundles;

import java.io.IOException;

class FolderBundlesTest extends BundlesContract {
  @Override
  Bundles bundles() throws IOException {
    return new FolderBundles(folder, bounds());
  }
}
