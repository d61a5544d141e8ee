/// Objects in buckets, by the S3 API: Amazon's, or any server that speaks it.
///
/// [S3] reads, writes, lists and deletes. Where it is and with which credentials is said as for any
/// program of AWS, by this process's environment and profile: `AWS_ENDPOINT_URL_S3`,
/// `AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_PROFILE` and so on; never by a
/// request. [BucketAddress] is a place in a bucket. [S3Refused] and [S3Away] are how it fails.
///
/// Called by `bundles`, which keeps code there, and by `lambda`, which takes code from there. The
/// only room that knows the SDK, whose classes are loaded when an object is asked for first. Absent
/// on purpose: who may read which bucket.
@NullMarked
package org.openlambda.control.s3;

import org.jspecify.annotations.NullMarked;
