"""A travel agency: flights, credit cards, bookings, insurance, invoices and budgets."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, JsonValue

from contracts.base import JsonObject
from tools_sim.domain import Domain, DomainState, Refused, refusal
from tools_sim.domains.travel_tables import AIRPORTS, CLASS_FACTOR, ECONOMY_USD, PER_USD
from tools_sim.padding import padding
from tools_sim.toolbox import Number, Supplied, tool

_TODAY = date(2025, 11, 1)
"""Of this agency, so that a conversation can be replayed on any day."""
_ADULT_YEARS = 18

Token = Annotated[str, Supplied()]


class TravelState(DomainState):
    credit_card_list: dict[str, dict[str, JsonValue]] = Field(default_factory=dict)
    booking_record: dict[str, dict[str, JsonValue]] = Field(default_factory=dict)
    """Any field of a card or booking may be missing: recorded configurations are ragged."""
    access_token: str | None = None
    token_type: str | None = None
    token_expires_in: int | None = None
    token_scope: str | None = None
    user_first_name: str | None = None
    user_last_name: str | None = None
    budget_limit: float | None = None
    long_context: bool = False


class Travel(Domain[TravelState]):
    state_type = TravelState
    recorded_seed = 141053

    @classmethod
    def load(cls, config: JsonObject, *, long_context: bool = False, ragged: bool = False) -> TravelState:
        state: TravelState = super().load(config, long_context=long_context, ragged=ragged)
        if long_context:
            state.credit_card_list |= padding("CREDIT_CARD_EXTENSION")
            state.booking_record |= padding("BOOKING_RECORD_EXTENSION")
        return state

    def supply(self, parameter: str) -> JsonValue:
        return self.state.access_token or "" if parameter == "access_token" else super().supply(parameter)

    @tool(writes=True)
    def authenticate_travel(
        self,
        client_id: str,  # noqa: ARG002 - any is accepted, as recorded
        client_secret: str,  # noqa: ARG002
        refresh_token: str,  # noqa: ARG002
        grant_type: str,
        user_first_name: str,
        user_last_name: str,
    ) -> JsonObject:
        """Log the user in to the travel agency and get an access token.

        Args:
            client_id: Id of the client application.
            client_secret: Secret of the client application.
            refresh_token: Refresh token of the client application.
            grant_type: One of read_write, read, write.
            user_first_name: First name of the user.
            user_last_name: Last name of the user.
        """
        state = self.state
        state.access_token = str(self._rng.randint(100000, 999999))
        state.token_type = "Bearer"  # noqa: S105 - a kind of token, not one
        state.token_expires_in = 2
        state.token_scope = grant_type
        state.user_first_name = user_first_name
        state.user_last_name = user_last_name
        return {
            "expires_in": state.token_expires_in,
            "access_token": state.access_token,
            "token_type": state.token_type,
            "scope": grant_type,
        }

    @tool()
    def travel_get_login_status(self) -> JsonObject:
        """Say whether the user is logged in to the travel agency."""
        return {"status": bool(self.state.access_token)}

    @tool()
    def get_budget_fiscal_year(
        self,
        last_modified_after: Annotated[str | None, Field(alias="lastModifiedAfter")] = None,  # noqa: ARG002
        include_removed: Annotated[str | None, Field(alias="includeRemoved")] = None,  # noqa: ARG002
    ) -> JsonObject:
        """Say which fiscal year the budget is for.

        Args:
            last_modified_after: Only years changed after this date, as YYYY-MM-DD.
            include_removed: true to include removed years.
        """
        return {"budget_fiscal_year": "2018"}

    @tool(writes=True)
    def register_credit_card(
        self,
        access_token: Token,
        card_number: str,
        expiration_date: str,
        cardholder_name: str,
        card_verification_number: int,
    ) -> JsonObject:
        """Register a credit card.

        Args:
            access_token: Token of the logged-in user.
            card_number: Number of the card.
            expiration_date: Month and year of its expiry, as MM/YYYY.
            cardholder_name: Name on the card.
            card_verification_number: The three digits on its back.
        """
        self._require_token(access_token)
        if card_number in self.state.credit_card_list:
            raise refusal("Card already registered")
        card_id = str(self._rng.randint(10**11, 10**12 - 1))
        self.state.credit_card_list[card_id] = {
            "card_number": card_number,
            "expiration_date": expiration_date,
            "cardholder_name": cardholder_name,
            "card_verification_number": card_verification_number,
            "balance": self._rng.randint(10000, 99999),
        }
        return {"card_id": card_id}

    @tool()
    def get_all_credit_cards(self) -> JsonObject:
        """List all registered credit cards by their ids."""
        return {"credit_card_list": {card_id: dict(card) for card_id, card in self.state.credit_card_list.items()}}

    @tool()
    def get_credit_card_balance(self, access_token: Token, card_id: str) -> JsonObject:
        """Show the balance of a credit card.

        Args:
            access_token: Token of the logged-in user.
            card_id: Id of the card.
        """
        self._require_token(access_token)
        if card_id not in self.state.credit_card_list:
            raise refusal(f"Card not registered. Here are a list of card_id's: {list(self.state.credit_card_list)}")
        return {"card_balance": self.state.credit_card_list[card_id]["balance"]}

    @tool()
    def list_all_airports(self) -> list[JsonValue]:
        """List the codes of all airports."""
        return list(AIRPORTS.values())

    @tool()
    def get_nearest_airport_by_city(self, location: str) -> JsonObject:
        """Look up the airport of a city.

        Args:
            location: Name of the city.
        """
        city = self.match(location, AIRPORTS)
        if city is None:
            if self.forgiving:
                raise self.unknown(f"No airport is known for '{location}'.", location, AIRPORTS)
            raise Refused({"nearest_airport": "Unknown"})
        return {"nearest_airport": AIRPORTS[city]}

    @tool()
    def get_flight_cost(self, travel_from: str, travel_to: str, travel_date: str, travel_class: str) -> JsonObject:
        """Say what a flight costs, in US dollars.

        Args:
            travel_from: Code of the airport of departure, three letters.
            travel_to: Code of the airport of arrival, three letters.
            travel_date: Day of the flight, as YYYY-MM-DD.
            travel_class: One of economy, business, first.
        """
        fare = self._fare_factor(travel_date, travel_class)
        if fare is None:
            raise refusal("Error during execution: Invalid travel class. Options are: economy, business, first.")
        if self.state.long_context:
            return {"travel_cost_list": [base * fare for base in ECONOMY_USD.values()]}
        base = ECONOMY_USD.get((self._airport(travel_from), self._airport(travel_to)))
        if base is None:
            raise refusal("Error during execution: No available route for the given airports.")
        return {"travel_cost_list": [base * fare]}

    @tool(writes=True)
    def book_flight(
        self,
        access_token: Token,
        card_id: str,
        travel_date: str,
        travel_from: str,
        travel_to: str,
        travel_class: str,
    ) -> JsonObject:
        """Book a flight and pay with a registered card.

        Args:
            access_token: Token of the logged-in user.
            card_id: Id of the card to pay with.
            travel_date: Day of the flight, as YYYY-MM-DD.
            travel_from: Code of the airport of departure, three letters.
            travel_to: Code of the airport of arrival, three letters.
            travel_class: One of economy, business, first.
        """
        cost, source, target, fare = self._priced(
            access_token, card_id, travel_date, travel_from, travel_to, travel_class
        )
        card = self.state.credit_card_list[card_id]
        card["balance"] = _amount(card["balance"]) - cost
        booking_id = str(self._rng.randint(1000000, 9999999))
        transaction_id = str(self._rng.randint(10000000, 99999999))
        self.state.booking_record[booking_id] = {
            "card_id": card_id,
            "travel_date": travel_date,
            "travel_from": source,
            "travel_to": target,
            "travel_class": fare,
            "travel_cost": cost,
            "transaction_id": transaction_id,
        }
        history: JsonObject = {}
        if self.state.long_context:
            history = {number: dict(booking) for number, booking in self.state.booking_record.items()}
        return {
            "booking_id": booking_id,
            "transaction_id": transaction_id,
            "booking_status": True,
            "booking_history": history,
        }

    @tool()
    def get_booking_history(self, access_token: Token) -> JsonObject:
        """List all bookings of the user.

        Args:
            access_token: Token of the logged-in user.
        """
        self._require_token(access_token)
        return {"booking_history": {number: dict(booking) for number, booking in self.state.booking_record.items()}}

    @tool()
    def retrieve_invoice(
        self,
        access_token: Token,
        booking_id: str | None = None,
        insurance_id: str | None = None,  # noqa: ARG002 - looked at by nobody, as recorded
    ) -> JsonObject:
        """Show the invoice of a booking.

        Args:
            access_token: Token of the logged-in user.
            booking_id: Number of the booking.
            insurance_id: Number of its insurance, when there is one.
        """
        self._require_token(access_token)
        booking = self.state.booking_record.get(booking_id or "")
        if booking is None:
            raise refusal("Booking not found")
        fields = ("travel_date", "travel_from", "travel_to", "travel_class", "travel_cost", "transaction_id")
        if missing := [field for field in fields if field not in booking]:
            raise refusal(f"Error during execution: '{missing[0]}'")
        invoice: JsonObject = {"booking_id": booking_id}
        return {"invoice": invoice | {field: booking[field] for field in fields}}

    @tool(writes=True)
    def cancel_booking(self, access_token: Token, booking_id: str) -> JsonObject:
        """Cancel a booking; its cost goes back to the card.

        Args:
            access_token: Token of the logged-in user.
            booking_id: Number of the booking.
        """
        self._require_token(access_token, cancel_status=False)
        booking = self.state.booking_record.get(booking_id)
        if booking is None:
            raise Refused({"cancel_status": False, "error": "Booking not found"})
        for field in ("card_id", "travel_cost"):
            if field not in booking:
                raise refusal(f"Error during execution: '{field}'")
        card = self.state.credit_card_list.get(str(booking["card_id"]))
        if card is None:
            raise refusal(f"Error during execution: '{booking['card_id']}'")
        card["balance"] = _amount(card["balance"]) + _amount(booking["travel_cost"])
        del self.state.booking_record[booking_id]
        return {"cancel_status": True}

    @tool(writes=True)
    def purchase_insurance(
        self,
        access_token: Token,
        insurance_type: str,  # noqa: ARG002 - any is accepted, as recorded
        insurance_cost: Number,
        booking_id: str,
        card_id: str,
    ) -> JsonObject:
        """Buy insurance for a booking.

        Args:
            access_token: Token of the logged-in user.
            insurance_type: Kind of the insurance.
            insurance_cost: Its cost in US dollars.
            booking_id: Number of the booking.
            card_id: Id of the card to pay with.
        """
        self._require_token(access_token, insurance_status=False)
        state = self.state
        if state.budget_limit is not None and state.budget_limit < insurance_cost:
            raise Refused({"insurance_status": False, "error": "Exceeded budget limit"})
        if booking_id not in state.booking_record:
            raise Refused({"insurance_status": False, "error": "Booking not found"})
        if card_id not in state.credit_card_list:
            raise Refused({"insurance_status": False, "error": "Credit card not registered"})
        card = state.credit_card_list[card_id]
        card["balance"] = _amount(card["balance"]) - insurance_cost
        return {"insurance_id": str(self._rng.randint(100000000, 999999999)), "insurance_status": True}

    @tool()
    def contact_customer_support(self, booking_id: str, message: str) -> JsonObject:  # noqa: ARG002
        """Write to customer support about a booking.

        Args:
            booking_id: Number of the booking.
            message: What to tell them.
        """
        if booking_id not in self.state.booking_record:
            raise refusal("Booking not found")
        return {
            "customer_support_message": (
                "Thank you for contacting customer support. "
                "Your message has been received and we will get back to you shortly."
            )
        }

    @tool(writes=True)
    def set_budget_limit(self, access_token: Token, budget_limit: Number) -> JsonObject:
        """Set the user's travel budget.

        Args:
            access_token: Token of the logged-in user.
            budget_limit: The budget in US dollars.
        """
        self._require_token(access_token)
        self.state.budget_limit = budget_limit
        return {"budget_limit": budget_limit}

    @tool()
    def compute_exchange_rate(self, base_currency: str, target_currency: str, value: Number) -> JsonObject:
        """Convert an amount between US dollars and another currency.

        Args:
            base_currency: Code of the currency to convert from, such as USD.
            target_currency: Code of the currency to convert to, such as EUR.
            value: The amount.
        """
        codes = ("USD", *PER_USD)
        base, target = self.choice(base_currency, codes), self.choice(target_currency, codes)
        if base == "USD" and target in PER_USD:
            # As recorded, this way is not rounded.
            return {"exchanged_value": value * PER_USD[target]}
        if target == "USD" and base in PER_USD:
            return {"exchanged_value": round(value / PER_USD[base], 2)}
        raise refusal("Error during execution: No available exchange rate for the given currencies.")

    @tool()
    def verify_traveler_information(
        self, first_name: str, last_name: str, date_of_birth: str, passport_number: str
    ) -> JsonObject:
        """Check that a traveler may fly: the logged-in user, of age, with a passport of the United States.

        Args:
            first_name: First name of the traveler.
            last_name: Last name of the traveler.
            date_of_birth: Date of birth, as YYYY-MM-DD.
            passport_number: Number of the passport.
        """
        expected = f"{self.state.user_first_name} {self.state.user_last_name}"
        if (first_name, last_name) != (self.state.user_first_name, self.state.user_last_name):
            raise _unverified(
                f"Cannot book flight information for another user.Expected {expected}, got {first_name} {last_name}"
            )
        try:
            born = datetime.strptime(date_of_birth, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError as error:
            raise _unverified("Invalid date of birth format. Please use YYYY-MM-DD.") from error
        if _TODAY.year - born.year - ((_TODAY.month, _TODAY.day) < (born.month, born.day)) < _ADULT_YEARS:
            raise _unverified("Traveler must be at least 18 years old.")
        if not passport_number.startswith("US"):
            raise _unverified("Passport must be issued by the United States.")
        return {"verification_status": True}

    def _require_token(self, access_token: str, **shape: JsonValue) -> None:
        if access_token != self.state.access_token:
            raise Refused({**shape, "error": "Invalid access token"})

    def _airport(self, said: str) -> str:
        return self.choice(said, tuple(AIRPORTS.values()))

    def _fare_factor(self, day: str, travel_class: str) -> int | None:
        factor = CLASS_FACTOR.get(self.choice(travel_class, tuple(CLASS_FACTOR)))
        if factor is None:
            return None
        return factor * (2 if sum(int(digit) for digit in day if digit.isdigit()) % 2 == 0 else 1)

    def _priced(
        self, token: str, card_id: str, day: str, travel_from: str, travel_to: str, travel_class: str
    ) -> tuple[float, str, str, str]:
        """Cost, airports and class of a flight that may be booked; raises `Refused` when it may not."""

        def no(message: str) -> Refused:
            return Refused({"booking_status": False, "error": message})

        state = self.state
        if token != state.access_token:
            raise no("Invalid access token")
        if card_id not in state.credit_card_list:
            raise no("Card not registered")
        source, target = self._airport(travel_from), self._airport(travel_to)
        if source not in AIRPORTS.values():
            raise no(f"Invalid departure airport code: {travel_from}")
        if target not in AIRPORTS.values():
            raise no(f"Invalid arrival airport code: {travel_to}")
        try:
            datetime.strptime(day, "%Y-%m-%d")  # noqa: DTZ007 - a day has no zone
        except ValueError as error:
            raise no("Invalid date format. Use YYYY-MM-DD.") from error
        factor = self._fare_factor(day, travel_class)
        if factor is None:
            raise no(f"Invalid travel class. Must be one of {', '.join(CLASS_FACTOR)}")
        if (source, target) not in ECONOMY_USD:
            raise no("No available route for the given airports.")
        cost = ECONOMY_USD[source, target] * factor
        balance = _amount(state.credit_card_list[card_id]["balance"])
        if balance < cost:
            raise no("Insufficient funds")
        if state.budget_limit is not None and balance < state.budget_limit:
            raise no("Balance is less than budget limit")
        return cost, source, target, self.choice(travel_class, tuple(CLASS_FACTOR))


def _amount(value: JsonValue) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"not an amount of money: {value!r}")
    return value


def _unverified(why: str) -> Refused:
    return Refused({"verification_status": False, "verification_failure": why})
