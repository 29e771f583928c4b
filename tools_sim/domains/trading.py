"""A stock broker: quotes, a watchlist, orders and the account's money."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, JsonValue

from contracts.base import JsonObject
from tools_sim.domain import Domain, DomainState, Refused, refusal
from tools_sim.padding import padding
from tools_sim.toolbox import Number, tool

_NOW = datetime(2024, 9, 1, 10, 30)  # noqa: DTZ001 - the recorded clock has no zone
_DAY_S = 86_400

_QUOTES: Mapping[str, tuple[float, ...]] = {
    "AAPL": (227.16, 0.17, 2.552, 227.11, 227.09),
    "GOOG": (2840.34, 0.24, 1.123, 2835.67, 2842.15),
    "TSLA": (667.92, -0.12, 1.654, 671.15, 668.2),
    "MSFT": (310.23, 0.09, 3.234, 309.88, 310.11),
    "NVDA": (220.34, 0.34, 1.234, 220.45, 220.67),
    "ALPH": (1320.45, -0.08, 1.567, 1321.12, 1325.78),
    "OMEG": (457.23, 0.12, 2.345, 456.78, 458.12),
    "QUAS": (725.89, -0.03, 1.789, 726.45, 728.0),
    "NEPT": (88.34, 0.19, 0.654, 88.21, 88.67),
    "SYNX": (345.67, 0.11, 2.112, 345.34, 346.12),
    "ZETA": (22.09, -0.05, 0.789, 22.12, 22.34),
}
_QUOTE_FIELDS = ("price", "percent_change", "volume", "MA(5)", "MA(20)")

_SYMBOLS: Mapping[str, str] = {
    "Apple": "AAPL",
    "Google": "GOOG",
    "Tesla": "TSLA",
    "Microsoft": "MSFT",
    "Nvidia": "NVDA",
    "Zeta Corp": "ZETA",
    "Alpha Tech": "ALPH",
    "Omega Industries": "OMEG",
    "Quasar Ltd.": "QUAS",
    "Neptune Systems": "NEPT",
    "Synex Solutions": "SYNX",
    "Amazon": "AMZN",
    "Gorilla": "GORI",
}
_SECTORS: Mapping[str, tuple[str, ...]] = {
    "Technology": ("AAPL", "GOOG", "MSFT", "NVDA"),
    "Automobile": ("TSLA", "F", "GM"),
}


def _numbered(orders: Any) -> Any:
    """Orders are numbered; JSON writes the numbers as text. Other keys are kept, as recorded."""
    if not isinstance(orders, dict):
        return orders
    return {int(key) if str(key).isdigit() else key: value for key, value in orders.items()}


def _default_orders() -> dict[int | str, JsonValue]:
    return {
        12345: {
            "id": 12345,
            "order_type": "Buy",
            "symbol": "AAPL",
            "price": 210.65,
            "amount": 10,
            "status": "Completed",
        },
        12446: {
            "id": 12446,
            "order_type": "Sell",
            "symbol": "GOOG",
            "price": 2840.56,
            "amount": 5,
            "status": "Pending",
        },
    }


Quote = dict[str, JsonValue]


def _default_account() -> dict[str, JsonValue]:
    return {"account_id": 12345, "balance": 10000.0, "binding_card": 1974202140965533}


def _default_stocks() -> dict[str, Quote]:
    return {symbol: _quote(values) for symbol, values in _QUOTES.items()}


def _quote(values: tuple[float, ...]) -> Quote:
    quote: Quote = {}
    quote.update(zip(_QUOTE_FIELDS, values, strict=True))
    return quote


class TradingState(DomainState):
    orders: Annotated[dict[int | str, JsonValue], BeforeValidator(_numbered)] = Field(default_factory=_default_orders)
    account_info: dict[str, JsonValue] = Field(default_factory=_default_account)
    authenticated: bool = False
    market_status: str = "Closed"
    order_counter: int = 12446
    stocks: dict[str, Quote] = Field(default_factory=_default_stocks)
    watch_list: list[str] = Field(default_factory=lambda: ["NVDA"])
    transaction_history: list[dict[str, JsonValue]] = Field(default_factory=list)
    long_context: bool = False


class Trading(Domain[TradingState]):
    state_type = TradingState
    recorded_seed = 1053520

    @tool()
    def get_current_time(self) -> JsonObject:
        """Say what time it is at the exchange."""
        return {"current_time": _NOW.strftime("%I:%M %p")}

    @tool(writes=True)
    def trading_login(self, username: str, password: str) -> JsonObject:  # noqa: ARG002 - any are accepted
        """Log the user in to the broker.

        Args:
            username: Name of the user.
            password: Password of the user.
        """
        if self.state.authenticated:
            return {"status": "Already logged in"}
        self.state.authenticated = True
        return {"status": "Logged in successfully"}

    @tool()
    def trading_get_login_status(self) -> JsonObject:
        """Say whether the user is logged in."""
        return {"status": self.state.authenticated}

    @tool(writes=True)
    def trading_logout(self) -> JsonObject:
        """Log the user out."""
        if not self.state.authenticated:
            return {"status": "No user is currently logged in"}
        self.state.authenticated = False
        return {"status": "Logged out successfully"}

    @tool()
    def get_account_info(self) -> JsonObject:
        """Show the account: its number, its balance and the card bound to it."""
        self._require_login("view account information")
        info = self.state.account_info
        return {field: info[field] for field in ("account_id", "balance", "binding_card")}

    @tool(writes=True)
    def fund_account(self, amount: Number) -> JsonObject:
        """Pay money into the account.

        Args:
            amount: The amount in dollars.
        """
        self._require_login("fund the account")
        if amount <= 0:
            raise refusal("Funding amount must be positive.")
        self._move(amount, "deposit")
        return {"status": "Account funded successfully", "new_balance": self._balance}

    @tool(writes=True)
    def withdraw_funds(self, amount: Number) -> JsonObject:
        """Take money out of the account while the market is open.

        Args:
            amount: The amount in dollars.
        """
        self._require_login("make a transaction")
        if self.state.market_status != "Open":
            raise refusal("Market is closed. Transactions are not allowed.")
        if amount <= 0:
            raise refusal("Transaction amount must be positive.")
        if amount > self._balance:
            raise refusal("Insufficient funds for withdrawal.")
        self._move(-amount, "withdrawal")
        return {"status": "Withdrawal successful", "new_balance": self._balance}

    @tool()
    def get_transaction_history(self, start_date: str | None = None, end_date: str | None = None) -> JsonObject:
        """List payments into and out of the account.

        Args:
            start_date: First day, as YYYY-MM-DD.
            end_date: Last day, as YYYY-MM-DD.
        """
        if not self.state.authenticated:
            raise Refused([{"error": "User not authenticated. Please log in to view transaction history."}])
        first, last = _day(start_date), _day(end_date)
        history: list[JsonValue] = [
            dict(entry)
            for entry in self.state.transaction_history
            if (first is None or first <= _moment(entry["timestamp"]))
            and (last is None or _moment(entry["timestamp"]) <= last)
        ]
        if self.state.long_context:
            history += padding("TRANSACTION_HISTORY_EXTENSION")
        return {"transaction_history": history}

    @tool()
    def get_stock_info(self, symbol: str) -> JsonObject:
        """Show price, change, volume and moving averages of a stock.

        Args:
            symbol: Symbol of the stock, such as AAPL.
        """
        known = self.choice(symbol, tuple(self.state.stocks))
        if known not in self.state.stocks:
            raise refusal(f"Stock with symbol '{symbol}' not found.")
        quote = dict(self.state.stocks[known])
        if self.state.long_context:
            quote |= {"MA(5)": padding("MA_5_EXTENSION"), "MA(20)": padding("MA_20_EXTENSION")}
        return quote

    @tool()
    def get_symbol_by_name(self, name: str) -> JsonObject:
        """Look up the symbol of a company.

        Args:
            name: Name of the company.
        """
        company = self.match(name, _SYMBOLS)
        if company is None:
            if self.forgiving:
                raise self.unknown(f"No company '{name}' is listed.", name, _SYMBOLS)
            raise Refused({"symbol": "Stock not found"})
        return {"symbol": _SYMBOLS[company]}

    @tool()
    def get_available_stocks(self, sector: str) -> JsonObject:
        """List the symbols of a sector.

        Args:
            sector: The sector, such as Technology or Automobile.
        """
        name = self.choice(sector, tuple(_SECTORS))
        listed: list[JsonValue] = list(_SECTORS.get(name, ()))
        if self.state.long_context and name in _SECTORS:
            listed += padding(f"{name.upper()}_EXTENSION")
        return {"stock_list": listed}

    @tool()
    def filter_stocks_by_price(self, stocks: list[str], min_price: Number, max_price: Number) -> JsonObject:
        """Keep the stocks whose price lies in a range.

        Args:
            stocks: Symbols to look at.
            min_price: Lowest price.
            max_price: Highest price.
        """
        kept: list[JsonValue] = [
            symbol
            for symbol in stocks
            if symbol in self.state.stocks and min_price <= _number(self.state.stocks[symbol]["price"]) <= max_price
        ]
        return {"filtered_stocks": kept}

    @tool()
    def notify_price_change(self, stocks: list[str], threshold: Number) -> JsonObject:
        """Say which stocks changed their price by at least some percent.

        Args:
            stocks: Symbols to look at.
            threshold: The change in percent.
        """
        moved = [
            symbol
            for symbol in stocks
            if symbol in self.state.stocks and abs(_number(self.state.stocks[symbol]["percent_change"])) >= threshold
        ]
        if not moved:
            return {"notification": "No significant price changes in the selected stocks."}
        return {"notification": f"Stocks {', '.join(moved)} have significant price changes."}

    @tool()
    def get_watchlist(self) -> JsonValue:
        """List the stocks on the watchlist."""
        if not self.state.authenticated:
            raise Refused(["Error: User not authenticated. Please log in to view the watchlist."])
        watched: list[JsonValue] = list(self.state.watch_list)
        if self.state.long_context:
            return [*watched, *padding("WATCH_LIST_EXTENSION")]
        return {"watchlist": watched}

    @tool(writes=True)
    def add_to_watchlist(self, stock: str) -> JsonObject:
        """Put a stock on the watchlist.

        Args:
            stock: Symbol of the stock.
        """
        if stock in self.state.stocks and stock not in self.state.watch_list:
            self.state.watch_list.append(stock)
        return {"watchlist": list(self.state.watch_list)}

    @tool(writes=True)
    def remove_stock_from_watchlist(self, symbol: str) -> JsonObject:
        """Take a stock off the watchlist.

        Args:
            symbol: Symbol of the stock.
        """
        self._require_login("modify the watchlist")
        if symbol not in self.state.watch_list:
            raise refusal(f"Stock {symbol} not found in watchlist.")
        self.state.watch_list.remove(symbol)
        return {"status": f"Stock {symbol} removed from watchlist successfully."}

    @tool(writes=True)
    def place_order(self, order_type: str, symbol: str, price: Number, amount: Number) -> JsonObject:
        """Place an order for a stock.

        Args:
            order_type: Buy or Sell.
            symbol: Symbol of the stock.
            price: Price for one share in dollars.
            amount: Number of shares.
        """
        self._require_login("place an order")
        if symbol not in self.state.stocks:
            raise refusal(f"Invalid stock symbol: {symbol}")
        if price <= 0 or amount <= 0:
            raise refusal("Price and amount must be positive values.")
        cost = price * amount
        if order_type.lower() == "buy" and cost > self._balance:
            raise refusal(f"Insufficient funds: required ${cost:.2f} but only ${self._balance:.2f} available.")
        number = self.state.order_counter
        self.state.orders[number] = {
            "id": number,
            "order_type": order_type,
            "symbol": symbol,
            "price": price,
            "amount": amount,
            "status": "Open",
        }
        self.state.order_counter += 1
        return {"order_id": number, "order_type": order_type, "status": "Pending", "price": price, "amount": amount}

    @tool()
    def get_order_details(self, order_id: int) -> JsonObject:
        """Show an order.

        Args:
            order_id: Number of the order.
        """
        order = self.state.orders.get(order_id)
        if not isinstance(order, dict):
            listed = list(self.state.orders)
            raise refusal(f"Order with ID {order_id} not found.Here is the list of orders_id: {listed}")
        if not self.state.long_context:
            return dict(order)
        about = {
            topic: text.replace("{symbol}", str(order["symbol"]))
            for topic, text in padding("ORDER_DETAIL_EXTENSION").items()
        }
        return dict(order) | {"metadata": about}

    @tool()
    def get_order_history(self) -> JsonObject:
        """List the numbers of all orders."""
        if not self.state.authenticated:
            raise Refused([{"error": "User not authenticated. Please log in to view order history."}])
        return {"history": list(self.state.orders)}

    @tool(writes=True)
    def cancel_order(self, order_id: int) -> JsonObject:
        """Cancel an order that is not completed.

        Args:
            order_id: Number of the order.
        """
        order = self.state.orders.get(order_id)
        if not isinstance(order, dict):
            raise refusal(f"Order with ID {order_id} not found.")
        if order["status"] == "Completed":
            raise refusal(f"Can't cancel order {order_id}. Order is already completed.")
        order["status"] = "Cancelled"
        return {"order_id": order_id, "status": "Cancelled"}

    @property
    def _balance(self) -> float:
        return _number(self.state.account_info["balance"])

    def _require_login(self, action: str) -> None:
        if not self.state.authenticated:
            raise refusal(f"User not authenticated. Please log in to {action}.")

    def _move(self, amount: float, kind: str) -> None:
        self.state.account_info["balance"] = self._balance + amount
        moment = _NOW + timedelta(seconds=self._rng.randint(0, _DAY_S))
        self.state.transaction_history.append(
            {"type": kind, "amount": abs(amount), "timestamp": moment.strftime("%Y-%m-%d %H:%M:%S")}
        )


def _number(value: JsonValue) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"not a number: {value!r}")
    return value


def _moment(timestamp: JsonValue) -> datetime:
    return datetime.strptime(str(timestamp), "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the recorded clock has no zone


def _day(day: str | None) -> datetime | None:
    if not day:
        return None
    try:
        return datetime.strptime(day, "%Y-%m-%d")  # noqa: DTZ007 - the recorded clock has no zone
    except ValueError as error:
        raise refusal(f"Error during execution: {error}") from error
