"""What pages remember for some seconds is found anew, in every process, once somebody has changed something."""

import multiprocessing

from gateway import remembered
from gateway.remembered import Remembered


def test_a_value_is_read_again_after_its_time_and_after_a_change_in_another_process() -> None:
    kept, read = Remembered(60), iter(range(10))
    assert [kept.get("stages", lambda: next(read)) for _ in range(2)] == [0, 0]
    elsewhere = multiprocessing.get_context("fork").Process(target=remembered.forget)
    elsewhere.start()
    elsewhere.join()
    assert [kept.get("stages", lambda: next(read)) for _ in range(2)] == [1, 1]
    assert kept.get("results", lambda: next(read)) == 2
    kept.seconds = 0
    remembered.forget()
    assert [kept.get("stages", lambda: next(read)) for _ in range(2)] == [3, 4]


def test_what_failed_is_not_remembered() -> None:
    kept = Remembered(60)

    def fails() -> None:
        raise LookupError

    for _ in range(2):
        try:
            kept.get("stages", fails)
        except LookupError:
            continue
        raise AssertionError
    assert kept.get("stages", lambda: "read") == "read"
