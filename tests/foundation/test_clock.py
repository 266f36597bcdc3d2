from datetime import UTC, date, datetime, timedelta

import pytest

from foundation import clock


def test_the_clock_moves_for_every_process_by_one_file(settings, at):
    at("2026-01-02 08:00")

    assert clock.today() == date(2026, 1, 2)
    assert settings.CLOCK_SHIFT_FILE.exists()


def test_the_machine_time_never_moves(at):
    at("2036-01-02 08:00")

    assert abs(clock.wall_now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_clock_stays_where_it_may_not_be_moved(settings):
    settings.CLOCK_SHIFTABLE = False

    with pytest.raises(RuntimeError):
        clock.move_to(datetime.now(UTC))


def test_a_day_ends_at_its_last_second_in_shanghai():
    assert clock.end_of(date(2026, 4, 15)) == datetime(2026, 4, 15, 15, 59, 59, tzinfo=UTC)
