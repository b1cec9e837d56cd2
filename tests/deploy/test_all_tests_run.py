"""`make test` runs part by part: no file is left out, and what goes wrong in one of them is told."""

from pathlib import Path

import pytest

from deploy import testing


def test_every_file_with_tests_is_run_once() -> None:
    parts = testing.parts(testing.TESTS)
    run = [path for files in parts.values() for path in files]
    assert sorted(run) == sorted(path for path in testing.TESTS.rglob("*.py") if "test" in path.stem.split("_"))
    assert len(parts["every page"]) == len(testing.EVERY_PAGE)
    assert {*testing.LONGEST} < {*parts}


def test_one_wrong_folder_makes_it_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, test in (("good", "assert True"), ("bad", "assert 2 == 3"), ("broken", "import nothing_of_this_name")):
        (tmp_path / "tests" / name).mkdir(parents=True)
        (tmp_path / "tests" / name / "test_it.py").write_text(f"def test_it():\n    {test}\n")
    monkeypatch.setattr(testing, "TESTS", tmp_path / "tests")
    assert testing.main() == 2
    said = capsys.readouterr().out
    assert "assert 2 == 3" in said and "nothing_of_this_name" in said and "1 passed" in said
    assert {*said.rstrip().splitlines()[-1].removeprefix("Wrong: ").split(", ")} == {"bad", "broken"}


def test_servers_that_are_given_are_not_shared_by_two() -> None:
    assert testing.at_a_time({}) > 1
    assert testing.at_a_time({"TSUNAGI_TEST_BROKER_URL": "amqp://here/"}) == 1
