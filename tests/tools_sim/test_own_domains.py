"""Calendar, shopping, smart home and job search: the rules a participant runs into."""

from random import Random
from typing import Any

import pytest

from contracts.scenario import ToolMode
from tools_sim.domain import Outcome
from tools_sim.domains.table import DOMAINS


class _Service:
    """One domain in voice mode, called by name."""

    def __init__(self, name: str, config: dict[str, Any]) -> None:
        domain = DOMAINS[name]
        self.domain = domain(domain.load(config), mode=ToolMode.VOICE, rng=Random(1))

    def call(self, function: str, **arguments: Any) -> Outcome:
        return self.domain.invoke(self.domain.tools()[function], arguments)

    def value(self, function: str, **arguments: Any) -> Any:
        outcome = self.call(function, **arguments)
        assert outcome.ok, outcome.value
        return outcome.value

    def refusal(self, function: str, **arguments: Any) -> Any:
        outcome = self.call(function, **arguments)
        assert not outcome.ok
        return outcome.value


@pytest.fixture
def calendar() -> _Service:
    return _Service(
        "calendar",
        {
            "contacts": ["Emma", "George"],
            "busy": {"Emma": [{"start": "2026-03-04T09:00", "end": "2026-03-04T10:00"}]},
            "events": {
                "1": {"title": "Standup", "start": "2026-03-03T09:00", "end": "2026-03-03T09:30", "repeats": "weekdays"}
            },
            "next_event": 2,
        },
    )


def test_an_appointment_that_conflicts_is_refused_and_named(calendar: _Service) -> None:
    refused = calendar.refusal("create_event", title="Dentist", start="2026-03-05T09:15")
    assert refused["conflicts"] == ["Standup at 2026-03-05T09:00"]
    assert calendar.value("create_event", title="Dentist", start="2026-03-05T09:15", allow_conflict=True)


def test_a_guest_without_time_is_a_conflict(calendar: _Service) -> None:
    refused = calendar.refusal("create_event", title="Talk", start="2026-03-04T09:30", attendees=["emma"])
    assert "Emma is busy" in refused["conflicts"]


def test_one_day_of_a_repeating_appointment_can_be_moved_alone(calendar: _Service) -> None:
    moved = calendar.value("move_event", event_id=1, new_start="2026-03-04T11:00", occurrence="2026-03-04")
    assert moved["event_id"] == 2
    week = calendar.value("list_events", first_day="2026-03-03", last_day="2026-03-05")["events"]
    assert [event["start"] for event in week] == ["2026-03-03T09:00", "2026-03-04T11:00", "2026-03-05T09:00"]


def test_nothing_can_be_planned_in_the_past(calendar: _Service) -> None:
    assert "past" in calendar.refusal("create_event", title="Late", start="2026-03-01T09:00")["error"]


def test_a_start_in_another_time_zone_is_put_into_ones_own(calendar: _Service) -> None:
    event = calendar.value("create_event", title="Call", start="2026-07-01T15:00", time_zone="Europe/London")
    assert event["start"] == "2026-07-01T10:00"
    assert (
        "time zone" in calendar.refusal("create_event", title="x", start="2026-07-01T15:00", time_zone="Mars")["error"]
    )


def test_free_times_leave_out_what_anybody_has(calendar: _Service) -> None:
    free = calendar.value("find_free_time", day="2026-03-04", duration_minutes=30, attendees=["Emma"], latest="11:00")
    assert free["free_starts"] == ["2026-03-04T10:00", "2026-03-04T10:30"]


def test_a_stranger_cannot_be_invited(calendar: _Service) -> None:
    refused = calendar.refusal("create_event", title="x", start="2026-03-06T12:00", attendees=["Gorge"])
    assert refused["did_you_mean"] == ["George"]


@pytest.fixture
def shop() -> _Service:
    line = {"product_id": 1, "quantity": 1, "price": 40}
    order = {"lines": [line], "total": 40, "payment_method": "gift card", "address": "home", "placed_on": "2026-01-02"}
    return _Service(
        "shopping",
        {
            "products": {
                "1": {"name": "Red scarf", "category": "scarves", "price": 40, "stock": 2},
                "2": {"name": "Blue scarf", "category": "scarves", "price": 45},
                "3": {"name": "Tea pot", "category": "kitchen", "price": 20},
            },
            "coupons": {
                "spring": {"percent": 50, "minimum": 60, "expires": "2026-12-31"},
                "old": {"dollars": 5, "expires": "2026-01-01"},
            },
            "payment_methods": {"gift card": {"kind": "gift card", "balance": 30}, "visa": {}},
            "addresses": ["home"],
            "orders": {
                "7": {**order, "status": "delivered", "delivered_on": "2026-02-20"},
                "8": {**order, "status": "delivered", "delivered_on": "2026-01-05"},
                "9": {**order, "status": "shipped"},
            },
            "next_order": 10,
        },
    )


def test_a_gift_card_pays_no_more_than_is_on_it(shop: _Service) -> None:
    shop.value("add_to_cart", product_id=1)
    assert "only $30.00" in shop.refusal("place_order", payment_method="gift card", address="home")["error"]
    assert shop.value("place_order", payment_method="Visa", address="Home")["total"] == 40


def test_a_product_put_into_the_cart_twice_is_not_bought_twice(shop: _Service) -> None:
    shop.value("add_to_cart", product_id=1)
    assert "already" in shop.refusal("add_to_cart", product_id=1)["error"]


def test_no_more_can_be_bought_than_there_are(shop: _Service) -> None:
    assert "Only 2" in shop.refusal("add_to_cart", product_id=1, quantity=3)["error"]


def test_a_coupon_has_its_least_value_its_last_day_and_its_only_use(shop: _Service) -> None:
    shop.value("add_to_cart", product_id=2)
    assert "$60.00" in shop.refusal("apply_coupon", code="spring")["error"]
    assert "expired" in shop.refusal("apply_coupon", code="old")["error"]
    shop.value("add_to_cart", product_id=3)
    assert shop.value("apply_coupon", code="Spring")["total"] == 32.5
    shop.value("place_order", payment_method="visa", address="home")
    shop.value("add_to_cart", product_id=2, quantity=2)
    assert "used before" in shop.refusal("apply_coupon", code="spring")["error"]


def test_only_what_was_delivered_lately_goes_back_and_only_once(shop: _Service) -> None:
    assert shop.value("return_item", order_id=7, product_id=1)["refund"] == 40
    assert "already" in shop.refusal("return_item", order_id=7, product_id=1)["error"]
    assert "ended on 2026-02-04" in shop.refusal("return_item", order_id=8, product_id=1)["error"]
    assert "shipped" in shop.refusal("return_item", order_id=9, product_id=1)["error"]


def test_an_exchange_stays_within_the_category_and_charges_the_difference(shop: _Service) -> None:
    assert "same category" in shop.refusal("exchange_item", order_id=7, product_id=1, new_product_id=3)["error"]
    assert shop.value("exchange_item", order_id=7, product_id=1, new_product_id=2)["charged"] == 5


def test_a_device_says_what_it_cannot_do() -> None:
    home = _Service(
        "smart_home",
        {
            "devices": {
                "kettle": {"kind": "plug", "room": "kitchen"},
                "lamp": {"kind": "light", "room": "kitchen"},
                "old lamp": {"kind": "light", "room": "hall", "online": False},
                "heating": {"kind": "thermostat", "room": "hall", "celsius": 18},
            },
            "scenes": {"away": [{"device": "lamp", "on": False}, {"device": "old lamp", "on": False}]},
        },
    )
    assert "no level" in home.refusal("set_level", device="kettle", percent=50)["error"]
    assert "does not answer" in home.refusal("switch_device", device="old lamp", on=True)["error"]
    assert "from 10 to 30" in home.refusal("set_temperature", device="heating", degrees=95, unit="fahrenheit")["error"]
    assert home.value("set_temperature", device="Heating", degrees=68, unit="fahrenheit")["celsius"] == 20
    assert home.value("set_level", device="Lamp", percent=40)["on"] is True
    before = home.domain.state.digest()
    home.refusal("run_scene", scene="away")
    assert home.domain.state.digest() == before, "a scene that cannot run whole does not run in part"


def test_one_applies_once_and_in_time() -> None:
    job = {"title": "Cook", "company": "Inn", "city": "Boston", "salary": 40000}
    board = _Service(
        "job_search",
        {
            "resumes": ["kitchen resume"],
            "jobs": {
                "1": {**job, "deadline": "2026-03-02"},
                "2": {**job, "deadline": "2026-03-01"},
                "3": {**job, "deadline": "2026-04-01", "filled": True},
            },
        },
    )
    assert [found["job_id"] for found in board.value("search_jobs", text="cooks", city="boston")["jobs"]] == [1]
    assert board.value("apply_to_job", job_id=1, resume="Kitchen resume")["application_id"] == 1
    assert "only once" in board.refusal("apply_to_job", job_id=1, resume="kitchen resume")["error"]
    assert "deadline" in board.refusal("apply_to_job", job_id=2, resume="kitchen resume")["error"]
    assert "filled" in board.refusal("apply_to_job", job_id=3, resume="kitchen resume")["error"]
    board.value("withdraw_application", application_id=1)
    assert "withdrawn already" in board.refusal("withdraw_application", application_id=1)["error"]
    assert "only once" in board.refusal("apply_to_job", job_id=1, resume="kitchen resume")["error"]
