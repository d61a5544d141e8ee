/// The life of a function by the AWS SDK for Java: a program of its own, which `SdksTest` starts.
@NullMarked
package org.openlambda.clients;

import org.jspecify.annotations.NullMarked;
