package org.openlambda.control.model;

import java.util.List;
import java.util.Map;

/// Something that can be asked for.
///
/// @param name as in `CreateFunction`
/// @param method of HTTP
/// @param segments of the path; `{FunctionName}` stands for any one
/// @param query what the query has to have, `?List=ALL`
/// @param status of an answer that grants it
/// @param input the shape of what it is given; empty if it is given nothing
/// @param output the shape of the answer; empty if it has none
public record Operation(
    String name,
    String method,
    List<String> segments,
    Map<String, String> query,
    int status,
    String input,
    String output) {
  public Operation {
    segments = List.copyOf(segments);
    query = Map.copyOf(query);
  }
}
