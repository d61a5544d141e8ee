package org.openlambda.conformance;

import java.util.HashMap;
import java.util.Map;

/// Watches both directions of one link and objects to the first frame that may not come at that
/// point: the order of frames (R3, R4), one END for each stream, and credit (R6). It objects to the
/// test's own frames too: a test that breaks the page proves nothing. Safe for many threads.
final class Referee {
  static final int WINDOW = 262_144;
  static final int CREDIT_STEP = 65_536;

  private final Map<Integer, Account> accounts = new HashMap<>();
  private boolean greeted;
  private boolean specialised;
  private boolean loaded;

  /// What has passed on one stream, in bytes of body.
  private static final class Account {
    long sent;
    long mayBeSent = WINDOW;
    boolean sentAll;
    long answered;
    long mayBeAnswered = WINDOW;
    boolean begun;
    boolean ended;
  }

  synchronized void sends(WorkerFrame frame) {
    switch (frame.type()) {
      case SPECIALISE -> {
        honest(!specialised, "SPECIALISE is sent twice");
        specialised = true;
      }
      case REQUEST -> {
        honest(specialised, "REQUEST is sent before SPECIALISE");
        honest(
            !accounts.containsKey(frame.stream()), "stream " + frame.stream() + " is used twice");
        accounts.put(frame.stream(), new Account());
        sendsBody(account(frame.stream()), frame);
      }
      case BODY -> sendsBody(account(frame.stream()), frame);
      case CREDIT -> {
        long credit = Integer.toUnsignedLong(frame.encoded().getInt(WorkerFrame.HEADER_SIZE));
        account(frame.stream()).mayBeAnswered += credit;
      }
      case CANCEL -> account(frame.stream());
    }
  }

  private static void sendsBody(Account account, WorkerFrame frame) {
    honest(!account.sentAll, "more of a body is sent after END");
    account.sent += frame.bodySize();
    account.sentAll = frame.end();
    honest(account.sent <= account.mayBeSent, "a body is sent without credit");
  }

  synchronized void receives(RuntimeFrame frame) {
    boolean ready = frame instanceof RuntimeFrame.Ready;
    require(ready != greeted, "R3", "READY comes first, and once");
    greeted = true;
    switch (frame) {
      case RuntimeFrame.Ready _ -> {}
      case RuntimeFrame.Loaded _ -> {
        require(!loaded, "R4", "LOADED comes once");
        loaded = true;
      }
      case RuntimeFrame.Answer answer -> {
        Account account = open(answer);
        require(loaded, "R4", "LOADED comes before the first answer");
        require(!account.begun, "frames", "a stream has one ANSWER");
        account.begun = true;
        answers(account, answer.body().remaining(), answer.end());
      }
      case RuntimeFrame.Body body -> {
        Account account = open(body);
        require(account.begun, "frames", "ANSWER comes before BODY");
        answers(account, body.body().remaining(), body.end());
      }
      case RuntimeFrame.Credit credit -> gives(open(credit), credit.bytes());
      case RuntimeFrame.Failed failed -> {
        open(failed).ended = true;
        require(loaded != failed.phase().equals("load"), "R4", "LOADED, then " + failed);
      }
    }
  }

  private static void answers(Account account, int size, boolean end) {
    account.answered += size;
    account.ended = end;
    require(
        account.answered <= account.mayBeAnswered,
        "R6",
        "%d bytes of an answer came, there is credit for %d"
            .formatted(account.answered, account.mayBeAnswered));
  }

  private static void gives(Account account, long credit) {
    require(
        credit >= CREDIT_STEP || account.sentAll, "R6", "credit is given for " + credit + " bytes");
    account.mayBeSent += credit;
    require(
        account.mayBeSent <= account.sent + WINDOW,
        "R6",
        "credit is given for more than the %d bytes that were sent".formatted(account.sent));
  }

  private Account open(RuntimeFrame frame) {
    Account account = accounts.get(frame.stream());
    if (account == null || account.ended) {
      throw new AssertionError("frames: not of an open stream: " + frame);
    }
    return account;
  }

  private Account account(int stream) {
    Account account = accounts.get(stream);
    if (account == null) {
      throw new IllegalStateException("the test speaks of stream " + stream + " before REQUEST");
    }
    return account;
  }

  private static void require(boolean kept, String rule, String otherwise) {
    if (!kept) {
      throw new AssertionError(rule + ": " + otherwise);
    }
  }

  private static void honest(boolean kept, String otherwise) {
    if (!kept) {
      throw new IllegalStateException("the test breaks the page: " + otherwise);
    }
  }
}
