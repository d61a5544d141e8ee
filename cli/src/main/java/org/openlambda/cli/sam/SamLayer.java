package org.openlambda.cli.sam;

import java.nio.file.Path;

/// A layer of a template (`AWS::Serverless::LayerVersion`).
///
/// @param id the logical one
/// @param name that it is published as
/// @param content its folder
/// @param built whether the folder is Python source, to be put below `python/` with its packages,
///   instead of what is at `/opt`
record SamLayer(String id, String name, Path content, boolean built) {}
