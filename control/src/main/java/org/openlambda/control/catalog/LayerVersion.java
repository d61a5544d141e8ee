package org.openlambda.control.catalog;

import java.time.Instant;
import org.openlambda.control.catalog.KeptVersion.KeptCode;
import tools.jackson.databind.node.ObjectNode;

/// A version of a layer.
///
/// @param number from 1
/// @param about members of the API's form that somebody may set: `Description`, `LicenseInfo`,
///   `CompatibleRuntimes`, `CompatibleArchitectures`; must not be changed
public record LayerVersion(
    String name, int number, KeptCode code, ObjectNode about, Instant created) {}
