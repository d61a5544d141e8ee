/// Reads `ol.yaml`, the file in which a function says what it needs. [FunctionFile] is the way in;
/// [YamlDocument] turns text into a [YamlNode] tree that knows its lines; [Keys] reads one mapping
/// strictly; [Quantity] reads amounts of memory and time.
///
/// Called by `registry`. Owns no state. Absent on purpose: the server's own configuration.
@NullMarked
package org.openlambda.control.config;

import org.jspecify.annotations.NullMarked;
