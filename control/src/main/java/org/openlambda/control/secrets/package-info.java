/// What must not be read from a copy of the database: [Sealer] encrypts it with a key that lies in
/// a file beside, `secret.key`.
@NullMarked
package org.openlambda.control.secrets;

import org.jspecify.annotations.NullMarked;
