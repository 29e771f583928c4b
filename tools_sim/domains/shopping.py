"""An online shop: catalogue, cart, coupons, payment, orders, and returns and exchanges with their rules."""

from datetime import date, timedelta
from typing import Literal

from pydantic import BaseModel, Field, JsonValue

from contracts.base import JsonObject
from tools_sim.domain import Domain, DomainState, Refused, refusal
from tools_sim.speech_text import same_word, spoken_words
from tools_sim.toolbox import Number, tool

_MOST_OF_ONE = 10


class Product(BaseModel):
    name: str
    category: str
    price: float
    colour: str = ""
    size: str = ""
    stock: int = Field(default=10, ge=0)
    rating: float = 4.0
    final_sale: bool = False
    """Cannot be returned or exchanged."""


class Line(BaseModel):
    product_id: int
    quantity: int = Field(default=1, ge=1)


class Coupon(BaseModel):
    percent: int = 0
    dollars: float = 0
    minimum: float = 0
    """Lowest value of the cart it is good for."""
    expires: date


class PaymentMethod(BaseModel):
    kind: Literal["card", "gift card"] = "card"
    balance: float | None = None
    """What is left on a gift card; a card has no limit here."""


class OrderLine(BaseModel):
    product_id: int
    quantity: int
    price: float
    status: Literal["kept", "returned", "exchanged"] = "kept"


class Order(BaseModel):
    lines: list[OrderLine]
    total: float
    payment_method: str
    address: str
    status: Literal["placed", "shipped", "delivered", "cancelled"] = "placed"
    placed_on: date
    delivered_on: date | None = None


class ShoppingState(DomainState):
    today: date = date(2026, 3, 2)
    return_days: int = 30
    products: dict[int, Product] = Field(default_factory=dict)
    cart: list[Line] = Field(default_factory=list)
    coupon: str | None = None
    coupons: dict[str, Coupon] = Field(default_factory=dict)
    used_coupons: list[str] = Field(default_factory=list)
    payment_methods: dict[str, PaymentMethod] = Field(default_factory=dict)
    addresses: list[str] = Field(default_factory=list)
    orders: dict[int, Order] = Field(default_factory=dict)
    next_order: int = 1


class Shopping(Domain[ShoppingState]):
    state_type = ShoppingState

    @tool()
    def search_products(
        self, text: str, maximum_price: Number | None = None, colour: str | None = None, category: str | None = None
    ) -> JsonObject:
        """Find products of the shop. Every condition that is given must hold.

        Args:
            text: Words of the product's name or category.
            maximum_price: Highest price in dollars.
            colour: Colour of the product.
            category: Category, such as shoes.
        """
        found = [
            number
            for number, product in self.state.products.items()
            if _mentions(f"{product.name} {product.category}", text)
            and (maximum_price is None or product.price <= maximum_price)
            and (not colour or _mentions(product.colour, colour))
            and (not category or _mentions(product.category, category))
        ]
        if not found:
            names = [product.name for product in self.state.products.values()]
            raise self.unknown("No product matches.", text, names)
        return {"products": [self._shown(number) for number in found]}

    @tool()
    def get_product(self, product_id: int) -> JsonObject:
        """Show a product.

        Args:
            product_id: Number of the product.
        """
        self._product(product_id)
        return self._shown(product_id)

    @tool()
    def view_cart(self) -> JsonObject:
        """Show what is in the cart and what it costs."""
        return self._cart()

    @tool(writes=True)
    def add_to_cart(self, product_id: int, quantity: int = 1) -> JsonObject:
        """Put a product into the cart. What is in it already is changed by change_quantity.

        Args:
            product_id: Number of the product.
            quantity: How many of it.
        """
        self._product(product_id)
        if self._line(product_id) is not None:
            # A call repeated by mistake must not buy twice as much.
            raise refusal(f"Product {product_id} is in the cart already; change_quantity changes how many.")
        if quantity < 1:
            raise refusal("At least one must be added.")
        self._check_quantity(product_id, quantity)
        self.state.cart.append(Line(product_id=product_id, quantity=quantity))
        return self._cart()

    @tool(writes=True)
    def change_quantity(self, product_id: int, quantity: int) -> JsonObject:
        """Change how many of a product are in the cart.

        Args:
            product_id: Number of the product.
            quantity: How many of it there are to be; 0 takes it out.
        """
        line = self._line(product_id)
        if line is None:
            raise refusal(f"Product {product_id} is not in the cart.")
        if quantity <= 0:
            self.state.cart.remove(line)
        else:
            self._check_quantity(product_id, quantity)
            line.quantity = quantity
        return self._cart()

    @tool(writes=True)
    def apply_coupon(self, code: str) -> JsonObject:
        """Use a coupon for the cart. One coupon at a time, each once.

        Args:
            code: Code of the coupon.
        """
        known = self.match(code, self.state.coupons)
        if known is None:
            raise refusal(f"There is no coupon '{code}'.")
        coupon = self.state.coupons[known]
        if known in self.state.used_coupons:
            raise refusal(f"The coupon {known} was used before.")
        if coupon.expires < self.state.today:
            raise refusal(f"The coupon {known} expired on {coupon.expires.isoformat()}.")
        if self._worth() < coupon.minimum:
            raise refusal(f"The coupon {known} is for carts of ${coupon.minimum:.2f} and more.")
        self.state.coupon = known
        return self._cart()

    @tool(writes=True)
    def remove_coupon(self) -> JsonObject:
        """Take the coupon off the cart."""
        self.state.coupon = None
        return self._cart()

    @tool()
    def list_payment_methods(self) -> JsonObject:
        """List the ways the user can pay."""
        return {"payment_methods": {name: way.model_dump() for name, way in self.state.payment_methods.items()}}

    @tool()
    def list_addresses(self) -> JsonObject:
        """List the addresses orders can go to."""
        return {"addresses": list(self.state.addresses)}

    @tool(writes=True)
    def place_order(self, payment_method: str, address: str) -> JsonObject:
        """Buy what is in the cart. Ask the user before.

        Args:
            payment_method: Name of the way to pay, as told by list_payment_methods.
            address: The address, as told by list_addresses.
        """
        if not self.state.cart:
            raise refusal("The cart is empty.")
        way = self.match(payment_method, self.state.payment_methods)
        if way is None:
            raise self.unknown(
                f"There is no way to pay '{payment_method}'.", payment_method, self.state.payment_methods
            )
        place = self.match(address, self.state.addresses)
        if place is None:
            raise Refused({"error": f"'{address}' is not a known address.", "addresses": list(self.state.addresses)})
        for line in self.state.cart:
            self._check_quantity(line.product_id, line.quantity)
        total = self._total()
        self._charge(way, total)
        for line in self.state.cart:
            self.state.products[line.product_id].stock -= line.quantity
        number = self.state.next_order
        self.state.next_order += 1
        self.state.orders[number] = Order(
            lines=[
                OrderLine(product_id=line.product_id, quantity=line.quantity, price=self._price(line.product_id))
                for line in self.state.cart
            ],
            total=total,
            payment_method=way,
            address=place,
            placed_on=self.state.today,
        )
        if self.state.coupon:
            self.state.used_coupons.append(self.state.coupon)
        self.state.coupon = None
        self.state.cart.clear()
        return self._order_shown(number)

    @tool()
    def list_orders(self, status: Literal["placed", "shipped", "delivered", "cancelled"] | None = None) -> JsonObject:
        """List the user's orders.

        Args:
            status: Only those with this status; all when left out.
        """
        numbers = [number for number, order in self.state.orders.items() if status in (None, order.status)]
        return {"orders": [self._order_shown(number) for number in numbers]}

    @tool()
    def get_order(self, order_id: int) -> JsonObject:
        """Show an order.

        Args:
            order_id: Number of the order.
        """
        self._order(order_id)
        return self._order_shown(order_id)

    @tool(writes=True)
    def cancel_order(self, order_id: int) -> JsonObject:
        """Cancel an order that is not shipped yet; the money goes back.

        Args:
            order_id: Number of the order.
        """
        order = self._order(order_id)
        if order.status != "placed":
            raise refusal(f"Order {order_id} is {order.status}; only orders that are not shipped can be cancelled.")
        order.status = "cancelled"
        for line in order.lines:
            self.state.products[line.product_id].stock += line.quantity
        self._charge(order.payment_method, -order.total)
        return {"cancelled": order_id, "refund": order.total, "refund_to": order.payment_method}

    @tool(writes=True)
    def return_item(self, order_id: int, product_id: int) -> JsonObject:
        """Return a product of a delivered order within the time for returns; the money goes back.

        Args:
            order_id: Number of the order.
            product_id: Number of the product.
        """
        order, line = self._returnable(order_id, product_id)
        line.status = "returned"
        refund = round(line.price * line.quantity, 2)
        self._charge(order.payment_method, -refund)
        return {"returned": product_id, "refund": refund, "refund_to": order.payment_method}

    @tool(writes=True)
    def exchange_item(self, order_id: int, product_id: int, new_product_id: int) -> JsonObject:
        """Exchange a product of a delivered order for another of the same category, such as another size.

        Args:
            order_id: Number of the order.
            product_id: Number of the product that goes back.
            new_product_id: Number of the product that comes instead.
        """
        order, line = self._returnable(order_id, product_id)
        new = self._product(new_product_id)
        if new.category != self._product(product_id).category or new_product_id == product_id:
            raise refusal("A product can be exchanged only for another one of the same category.")
        self._check_quantity(new_product_id, line.quantity)
        difference = round((new.price - line.price) * line.quantity, 2)
        self._charge(order.payment_method, difference)
        new.stock -= line.quantity
        line.status = "exchanged"
        order.lines.append(OrderLine(product_id=new_product_id, quantity=line.quantity, price=new.price))
        return {"exchanged": product_id, "for": new_product_id, "charged": difference, "to": order.payment_method}

    def _product(self, number: int) -> Product:
        if number not in self.state.products:
            raise refusal(f"There is no product {number}.")
        return self.state.products[number]

    def _order(self, number: int) -> Order:
        if number not in self.state.orders:
            raise refusal(f"There is no order {number}.")
        return self.state.orders[number]

    def _line(self, product_id: int) -> Line | None:
        return next((line for line in self.state.cart if line.product_id == product_id), None)

    def _price(self, product_id: int) -> float:
        return self.state.products[product_id].price

    def _check_quantity(self, product_id: int, quantity: int) -> None:
        product = self._product(product_id)
        if quantity > _MOST_OF_ONE:
            raise refusal(f"At most {_MOST_OF_ONE} of one product can be bought.")
        if quantity > product.stock:
            raise refusal(f"Only {product.stock} of {product.name} are in stock.")

    def _worth(self) -> float:
        return round(sum(self._price(line.product_id) * line.quantity for line in self.state.cart), 2)

    def _total(self) -> float:
        worth = self._worth()
        coupon = self.state.coupons.get(self.state.coupon or "")
        if coupon is None or worth < coupon.minimum:
            return worth
        return round(max(0.0, worth * (100 - coupon.percent) / 100 - coupon.dollars), 2)

    def _charge(self, way: str, amount: float) -> None:
        method = self.state.payment_methods[way]
        if method.balance is None:
            return
        if amount > method.balance:
            raise refusal(f"There are only ${method.balance:.2f} on {way}.")
        method.balance = round(method.balance - amount, 2)

    def _returnable(self, order_id: int, product_id: int) -> tuple[Order, OrderLine]:
        order = self._order(order_id)
        if order.status != "delivered" or order.delivered_on is None:
            raise refusal(f"Order {order_id} is {order.status}; only delivered products can go back.")
        line = next((line for line in order.lines if line.product_id == product_id and line.status == "kept"), None)
        if line is None:
            raise refusal(f"Product {product_id} is not in order {order_id}, or went back already.")
        if self._product(product_id).final_sale:
            raise refusal("Products on final sale cannot go back.")
        last = order.delivered_on + timedelta(days=self.state.return_days)
        if self.state.today > last:
            raise refusal(f"The time for returns ended on {last.isoformat()}.")
        return order, line

    def _shown(self, number: int) -> JsonObject:
        product = self.state.products[number]
        shown: JsonObject = {"product_id": number, **product.model_dump(exclude={"final_sale"})}
        if product.final_sale:
            shown["final_sale"] = True
        return shown

    def _cart(self) -> JsonObject:
        lines: list[JsonValue] = [
            {
                "product_id": line.product_id,
                "name": self.state.products[line.product_id].name,
                "quantity": line.quantity,
                "price": self._price(line.product_id),
            }
            for line in self.state.cart
        ]
        return {"cart": lines, "coupon": self.state.coupon, "total": self._total()}

    def _order_shown(self, number: int) -> JsonObject:
        order = self.state.orders[number]
        lines: list[JsonValue] = [
            {"name": self.state.products[line.product_id].name, **line.model_dump()} for line in order.lines
        ]
        return {"order_id": number, **order.model_dump(mode="json", exclude={"lines"}), "lines": lines}


def _mentions(text: str, wanted: str) -> bool:
    there = spoken_words(text)
    return all(any(same_word(word, other) for other in there) for word in spoken_words(wanted))
