package org.openlambda.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Registry.Lookup;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Reply;
import org.openlambda.core.invocation.Request;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.route.FunctionUrl;
import org.openlambda.core.route.ResourcePolicy;
import org.openlambda.core.route.Routes;
import org.openlambda.gateway.limit.AccountConcurrency;
import org.openlambda.gateway.router.ReservedConcurrency;

final class AccountConcurrencyTest {
  private static final int MOST = 5;
  private static final Outcome.Reason FULL = Outcome.Reason.ACCOUNT_FULL;

  private final Semaphore entered = new Semaphore(0);
  private final CountDownLatch end = new CountDownLatch(1);
  private final FakeRegistry registry = new FakeRegistry().with("free", "*").with("own", "*");
  private final FakeInvoker runs =
      new FakeInvoker().with("free", this::waits).with("own", this::waits);

  /// `own` has two for itself.
  private final Routes routes =
      new Routes() {
        @Override
        public Optional<Version> find(FunctionId function, String qualifier) {
          return Optional.empty();
        }

        @Override
        public OptionalInt reserved(FunctionId function) {
          return function.name().text().equals("own") ? OptionalInt.of(2) : OptionalInt.empty();
        }

        @Override
        public int reserved(Account account) {
          return 2;
        }

        @Override
        public Optional<FunctionUrl> url(String id) {
          return Optional.empty();
        }

        @Override
        public ResourcePolicy policy(FunctionId function, String qualifier) {
          return ResourcePolicy.NONE;
        }
      };

  private final AccountConcurrency limited =
      new AccountConcurrency(new ReservedConcurrency(runs, routes), routes, MOST);

  private Outcome waits(Invocation invocation) throws InterruptedException {
    entered.release();
    end.await();
    return FakeInvoker.returned(200, List.of(), new byte[0]);
  }

  private Outcome call(String name) {
    if (!(registry.find(new FunctionName(name)) instanceof Lookup.Found(Version version))) {
      throw new IllegalArgumentException(name);
    }
    var request =
        new Request("POST", "/run", "", "", List.of(), Body.Whole.EMPTY, "127.0.0.1:1", "http");
    return limited.invoke(
        new Invocation(
            RequestId.random(), version, request, Reply.discarding(), 0, Optional.empty()));
  }

  @Test
  void what_a_function_has_reserved_is_its_own_and_missing_to_the_others() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<Outcome>>();
      for (String name : List.of("free", "free", "free", "own", "own")) {
        running.add(threads.submit(() -> call(name)));
      }
      entered.acquire(MOST);
      Map<String, Outcome.Reason> full = Map.of("free", FULL, "own", Outcome.Reason.RESERVED_FULL);
      full.forEach((name, reason) ->
          assertThat(call(name))
              .isInstanceOfSatisfying(
                  Outcome.Rejected.class,
                  rejected -> assertThat(rejected.reason()).isEqualTo(reason)));
      end.countDown();
      for (Future<Outcome> call : running) {
        assertThat(call.get()).isInstanceOf(Outcome.Returned.class);
      }
    }
    assertThat(call("free")).as("there is room again").isInstanceOf(Outcome.Returned.class);
  }
}
