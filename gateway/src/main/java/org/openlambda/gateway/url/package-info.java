/// Function URLs: hosts of their own that call a function with whatever HTTP request comes.
///
/// [UrlDoor] finds the URL and says who may call it; [UrlEvent] makes an event of the request,
/// [UrlAnswer] an answer of what the function gives, [UrlStream] one that goes out as it comes;
/// [CrossOrigin] adds what pages of other sites need. Applications that speak HTTP themselves get
/// the request as it is.
///
/// Called by `Gateway`. Absent on purpose: how URLs are made, which is the AWS Lambda API's.
@NullMarked
package org.openlambda.gateway.url;

import org.jspecify.annotations.NullMarked;
