package org.openlambda.gateway.door;

import java.nio.file.Path;

/// A certificate and its key.
///
/// @param certificate PEM, with the certificates that lead to its root after it
/// @param key PEM, PKCS #8, without a password
public record TlsFiles(Path certificate, Path key) {}
