"""What a second import worker gains, and a second pair of workers: one and two of them in turn, in the same run.

alone: lists of 8,000 rows are normalised while lead's workers do not run, so that nothing is measured but reading,
checking and announcing (four batches of each list, as many as may be on their way). They are uploaded while the import
workers, ready, are held; the time runs from the first list taken up to the last batch handed to the broker.

whole: one list of 100,000 rows through the whole house. Its normalising (from the list taken up to its last batch
handed over) is never more than four batches ahead of what lead has merged (announcing.WINDOW), so it ends when lead is
nearly through, however many import workers there are; what the second one took over is told by the processor time of
each. Both workers of lead are at work, as is usual.

pairs: the same with one pair, an import worker and a worker of lead, and with two. The second worker of lead merges
what the first would be waited for with, so that the normalising, which must keep pace with it, can end sooner too.

Each is measured twice. Once as the house runs: a worker's threads read and check side by side, so that one of them,
with the reading process, the relay, the broker and the database, keeps 1.7 of 2 processors at work, and a second one
finds hardly anything left. Once with a processor for each worker or pair, the first for the first and the second for
the second, as where every pod has one: this tells what a further worker or pair brings with it, though the relay, the
broker and the database are on the same two.

The times are those that import's own outbox and inbox note.
"""

import os
import signal
import statistics
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import scalar_row

from tests.waiting import until

from .list_house import PATIENCE, ROWS, Bench, campaign

FIRST, SECOND, LEADS = "import-worker", "import-worker-2", ("lead-worker", "lead-worker-2")
LISTS, LIST_ROWS, LIST_BATCHES, RUNS = 8, 8_000, 4, 3
BEGAN = (
    "SELECT min(received_at) FROM inbox_event WHERE queue IN ('import.lists.v1', 'import.large-lists.v1')"
    " AND received_at > %s"
)
PREPARED = "routing_key = 'import.rows_prepared.v2' AND occurred_at > %s AND published_at IS NOT NULL"


def workers(bench: Bench) -> None:
    files = [bench.file(f"workers{number}", LIST_ROWS) for number in range(LISTS)]
    rows = LISTS * LIST_ROWS
    for kept, how in ((False, "as the house runs"), (True, "a processor each")):
        alone: dict[int, list[float]] = {1: [], 2: []}
        for run in range(RUNS):
            for count in (1, 2):
                alone[count].append(_alone(bench, files, count, f"{how} {run}-{count}", kept=kept))
        for count, seconds in alone.items():
            told = ", ".join(f"{each:.1f}" for each in seconds)
            print(f"{rows:,} rows normalised alone, import workers: {count}, {how}: {told} s; {_rate(rows, seconds)}")
        print(f"two import workers, {how}, take {_ratio(alone):.2f} of the time of one", flush=True)
        _through_the_house(bench, f"import workers, {how}", (FIRST,), (SECOND,), kept=kept)
        _through_the_house(bench, f"pairs of workers, {how}", (FIRST, LEADS[0]), (SECOND, LEADS[1]), kept=kept)


def _alone(bench: Bench, files: list[Path], count: int, run: str, *, kept: bool) -> float:
    house, chosen = bench.house, (FIRST, SECOND)[:count]
    for name in (FIRST, SECOND, *LEADS):
        if house.roles[name].is_running():
            house.end(name)
    for name in chosen:
        house.restart(name)
    for name in chosen:
        _until_it_rests(bench, name)
        if kept:
            _keep_to_one(bench, name)
        house.signal(name, signal.SIGSTOP)
    mark = _now(bench)
    campaign_id = campaign(bench.system, f"計測 前処理 {run}", bench.manager_id)
    lists = [bench.uploaded(file, campaign_id) for file in files]
    busy, since = _busy(), time.monotonic()
    for name in chosen:
        house.signal(name, signal.SIGCONT)
    batches = len(files) * LIST_BATCHES
    prepared = f"SELECT count(*) = {batches} FROM outbox_event WHERE {PREPARED}"
    until(lambda: _figure(bench, prepared, mark), PATIENCE, "every batch to be handed over")
    took = _normalising(bench, mark)
    cores = (_busy() - busy) / (time.monotonic() - since)
    print(f"import workers: {count}: {took:.1f} s, {cores:.1f} of {os.cpu_count()} processors at work", flush=True)
    for name in LEADS:
        house.restart(name)
    for list_id in lists:
        done = bench.until(list_id, "finished")
        assert done["rows_read"] == sum(done["outcomes"].values()) == LIST_ROWS, done
    return took


def _through_the_house(
    bench: Bench, what: str, firsts: tuple[str, ...], seconds: tuple[str, ...], *, kept: bool
) -> None:
    """One list after another, in turn with `firsts` alone at work and with `seconds` beside them."""
    files = [bench.file(f"{what}{number}", ROWS) for number in range(4)]
    house, whole = bench.house, dict[int, list[float]]({1: [], 2: []})
    normalised: dict[int, list[float]] = {1: [], 2: []}
    for run, count in enumerate((1, 2, 1, 2)):
        at_work = (*firsts, *seconds) if count == 2 else firsts
        for name in (*firsts, *seconds):
            if house.roles[name].is_running():
                house.end(name)
            if name in at_work:
                house.restart(name)
                _until_it_rests(bench, name)
                if kept:
                    _keep_to_one(bench, name)
        mark, before = _now(bench), [_processor_time(bench, name) for name in at_work]
        took, _ = bench.brought_in(files[run], f"計測 {what} {run}")
        whole[count].append(took)
        normalised[count].append(_normalising(bench, mark))
        spent = [_processor_time(bench, name) - past for name, past in zip(at_work, before, strict=True)]
        shared = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in zip(at_work, spent, strict=True))
        print(
            f"{ROWS:,} rows, {what}: {count}: {took:.1f} s, the last batch handed over after"
            f" {normalised[count][-1]:.1f} s; processor time: {shared}",
            flush=True,
        )
    print(
        f"{what}, two against one: the whole {_ratio(whole):.2f}, its normalising {_ratio(normalised):.2f}", flush=True
    )


def _keep_to_one(bench: Bench, name: str) -> None:
    """Keeps the worker, and what it will start, to one processor: those of a second pair to the second one."""
    processor = {sorted(os.sched_getaffinity(0))[name.endswith("-2")]}
    for thread in Path(f"/proc/{bench.house.roles[name].pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), processor)


def _until_it_rests(bench: Bench, name: str) -> None:
    """Until the worker has started and waits for work."""

    def rests() -> bool:
        before = _processor_time(bench, name)
        time.sleep(1)  # not a wait: processor time is counted over a second
        return _processor_time(bench, name) < before + 0.05

    until(rests, 60, f"{name} to be ready")


def _busy() -> float:
    """Seconds that the machine's processors were at work, all together."""
    fields = Path("/proc/stat").read_text().split(maxsplit=9)[1:9]
    user, nice, system, _idle, _waiting, interrupt, soft, stolen = map(int, fields)
    return (user + nice + system + interrupt + soft + stolen) / os.sysconf("SC_CLK_TCK")


def _rate(rows: int, seconds: list[float]) -> str:
    return f"median {rows / statistics.median(seconds):,.0f} rows/s"


def _ratio(seconds: dict[int, list[float]]) -> float:
    return statistics.median(seconds[2]) / statistics.median(seconds[1])


def _figure(bench: Bench, statement: str, *facts: Any) -> Any:
    with psycopg.connect(bench.house.database_url("import"), row_factory=scalar_row) as connection:
        return connection.execute(statement.encode(), facts).fetchone()


def _now(bench: Bench) -> datetime:
    now: datetime = _figure(bench, "SELECT clock_timestamp()")
    return now


def _normalising(bench: Bench, mark: datetime) -> float:
    """Seconds from the first list that was taken up since `mark` to the last batch that was handed to the broker."""
    last = _figure(bench, f"SELECT max(published_at) FROM outbox_event WHERE {PREPARED}", mark)
    return float((last - _figure(bench, BEGAN, mark)).total_seconds())


def _processor_time(bench: Bench, name: str) -> float:
    """Seconds of the process, and of those that read sheets for it, since it started."""
    role = bench.house.roles[name]
    if not role.is_running():
        return 0.0
    fields = Path(f"/proc/{role.pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
