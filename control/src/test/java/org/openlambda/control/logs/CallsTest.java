package org.openlambda.control.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.control.logs.Calls.Mark;
import org.openlambda.control.logs.Calls.Place;
import org.openlambda.core.invocation.RequestId;

final class CallsTest {
  @TempDir private Path folder;

  private static UUID call(long millis) {
    return UUID.fromString(RequestId.at(millis).text());
  }

  /// Some of each millisecond, in a wild order.
  private static List<Mark> marks(int count) {
    var marks = new ArrayList<Mark>();
    for (int i = 0; i < count; i++) {
      long millis = 1_000_000L + i / 3 + i % 7 * 40L;
      marks.add(new Mark(call(millis), new Place(i % 5, i % 11, i)));
    }
    return marks;
  }

  private long files() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void every_call_is_found_in_the_one_file_of_its_time() throws Exception {
    Calls calls = Calls.open(folder);
    List<Mark> marks = marks(200_000);
    for (int i = 0; i < marks.size(); i += 500) {
      calls.add(marks.subList(i, i + 500));
    }
    assertThat(files()).isGreaterThanOrEqualTo(5);
    for (int i = 0; i < marks.size(); i += 997) {
      assertThat(calls.find(marks.get(i).call())).containsExactly(marks.get(i).place());
    }
    Calls again = Calls.open(folder);
    again.add(List.of(new Mark(marks.get(3).call(), new Place(9, 9, 9))));
    assertThat(again.find(marks.get(3).call()))
        .containsExactly(marks.get(3).place(), new Place(9, 9, 9));
    for (int i = 0; i < marks.size(); i += 997) {
      assertThat(again.find(marks.get(i).call())).contains(marks.get(i).place());
    }
    assertThat(again.bytes()).isEqualTo(200_001L * Calls.MARK);
  }

  @Test
  void a_torn_mark_is_written_over() throws Exception {
    Calls calls = Calls.open(folder);
    List<Mark> marks = marks(3);
    calls.add(marks.subList(0, 2));
    Files.write(folder.resolve("000000000000.calls"), new byte[7], StandardOpenOption.APPEND);
    Calls again = Calls.open(folder);
    again.add(marks.subList(2, 3));
    for (Mark mark : marks) {
      assertThat(again.find(mark.call())).containsExactly(mark.place());
    }
  }

  @Test
  void marks_of_what_is_gone_are_dropped_before_those_of_what_is_there() throws Exception {
    Calls calls = Calls.open(folder);
    List<Mark> marks = marks(200_000);
    calls.add(marks.subList(0, 100_000));
    calls.add(marks.subList(100_000, 200_000));
    long most = 150_000L * Calls.MARK;
    calls.trim(most, place -> place.key() == 1);
    assertThat(calls.bytes()).isEqualTo(40_000L * Calls.MARK);
    assertThat(calls.find(marks.get(1).call())).containsExactly(marks.get(1).place());
    assertThat(calls.find(marks.get(2).call())).isEmpty();
    calls.trim(30_000L * Calls.MARK, _ -> true);
    assertThat(calls.bytes()).isLessThanOrEqualTo(30_000L * Calls.MARK);
    assertThat(calls.find(marks.get(199_996).call())).hasSize(1);
    assertThat(calls.find(marks.get(1).call())).isEmpty();
  }
}
