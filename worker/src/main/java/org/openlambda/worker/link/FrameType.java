package org.openlambda.worker.link;

import java.util.Optional;

/// The kinds of frames, with the numbers of the protocol.
enum FrameType {
  SPECIALISE(1),
  REQUEST(2),
  REQUEST_BODY(3),
  REQUEST_CREDIT(4),
  CANCEL(5),
  READY(16),
  LOADED(17),
  ANSWER(18),
  ANSWER_BODY(19),
  ANSWER_CREDIT(20),
  FAILED(21);

  private static final FrameType[] BY_NUMBER = new FrameType[32];

  static {
    for (FrameType type : values()) {
      BY_NUMBER[type.number] = type;
    }
  }

  final byte number;

  FrameType(int number) {
    this.number = (byte) number;
  }

  /// The kind that a runtime may send under this number.
  static Optional<FrameType> fromRuntime(int number) {
    return number < READY.number || number >= BY_NUMBER.length
        ? Optional.empty()
        : Optional.ofNullable(BY_NUMBER[number]);
  }
}
