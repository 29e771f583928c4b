"""A calculator: arithmetic, statistics of lists, and conversion of units."""

import math
from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext

from pydantic import JsonValue

from contracts.base import JsonObject
from tools_sim.domain import Domain, DomainState, refusal
from tools_sim.toolbox import Number, tool

_LARGEST_BITS = 100_000
"""Whole powers beyond this would keep a conversation waiting."""

_METRES: Mapping[str, float] = {"km": 1e3, "m": 1.0, "cm": 1e-2, "mm": 1e-3, "um": 1e-6, "nm": 1e-9}

_IMPERIAL: Mapping[tuple[str, str], float] = {
    ("cm", "in"): 0.393701,
    ("in", "cm"): 2.54,
    ("m", "ft"): 3.28084,
    ("ft", "m"): 0.3048,
    ("m", "yd"): 1.09361,
    ("yd", "m"): 0.9144,
    ("km", "miles"): 0.621371,
    ("miles", "km"): 1.60934,
    ("kg", "lb"): 2.20462,
    ("lb", "kg"): 0.453592,
}
_IMPERIAL_UNITS = ("cm", "in", "m", "ft", "yd", "km", "miles", "kg", "lb", "celsius", "fahrenheit")

_SPOKEN_UNITS: Mapping[str, str] = {
    "kilometer": "km",
    "kilometre": "km",
    "meter": "m",
    "metre": "m",
    "centimeter": "cm",
    "centimetre": "cm",
    "millimeter": "mm",
    "millimetre": "mm",
    "micrometer": "um",
    "nanometer": "nm",
    "inch": "in",
    "inche": "in",
    "feet": "ft",
    "foot": "ft",
    "yard": "yd",
    "mile": "miles",
    "kilogram": "kg",
    "kilo": "kg",
    "pound": "lb",
}


class MathState(DomainState):
    """A calculator remembers nothing."""


class Mathematics(Domain[MathState]):
    state_type = MathState

    @tool()
    def add(self, a: Number, b: Number) -> JsonObject:
        """Add two numbers.

        Args:
            a: The first number.
            b: The second number.
        """
        return {"result": a + b}

    @tool()
    def subtract(self, a: Number, b: Number) -> JsonObject:
        """Subtract one number from another.

        Args:
            a: The number to subtract from.
            b: The number to subtract.
        """
        return {"result": a - b}

    @tool()
    def multiply(self, a: Number, b: Number) -> JsonObject:
        """Multiply two numbers.

        Args:
            a: The first number.
            b: The second number.
        """
        return {"result": a * b}

    @tool()
    def divide(self, a: Number, b: Number) -> JsonObject:
        """Divide one number by another.

        Args:
            a: The number to divide.
            b: The number to divide by.
        """
        if b == 0:
            raise refusal("Cannot divide by zero")
        return {"result": a / b}

    @tool()
    def power(self, base: Number, exponent: Number) -> JsonObject:
        """Raise a number to a power.

        Args:
            base: The number.
            exponent: The power.
        """
        if isinstance(base, int) and isinstance(exponent, int) and base.bit_length() * exponent > _LARGEST_BITS:
            raise refusal("Error during execution: the result is too large")
        try:
            return {"result": _plain(base**exponent)}
        except (ZeroDivisionError, OverflowError) as error:
            raise refusal(f"Error during execution: {error}") from error

    @tool()
    def square_root(self, number: Number, precision: int) -> JsonObject:
        """Compute a square root.

        Args:
            number: The number, not negative.
            precision: Number of significant digits, at least 1.
        """
        if number < 0:
            raise refusal("Cannot calculate square root of a negative number")
        with localcontext() as context:
            try:
                context.prec = precision
                return {"result": float(Decimal(number).sqrt())}
            except (ValueError, OverflowError, ArithmeticError) as error:
                raise refusal(f"Error during execution: {error}") from error

    @tool()
    def logarithm(self, value: Number, base: Number, precision: int) -> JsonObject:
        """Compute a logarithm.

        Args:
            value: The number to take the logarithm of.
            base: The base of the logarithm.
            precision: Number of significant digits.
        """
        top, bottom = _natural_logarithm(value), _natural_logarithm(base)
        if bottom == 0:
            raise refusal("")
        if isinstance(top, complex) or isinstance(bottom, complex):
            return {"result": _plain(complex(top) / complex(bottom))}
        return {"result": _plain(_to_digits(top / bottom, precision))}

    @tool()
    def absolute_value(self, number: Number) -> JsonObject:
        """Give the absolute value of a number.

        Args:
            number: The number.
        """
        return {"result": abs(number)}

    @tool()
    def round_number(self, number: Number, decimal_places: int = 0) -> JsonObject:
        """Round a number.

        Args:
            number: The number to round.
            decimal_places: Digits to keep after the point.
        """
        return {"result": round(number, decimal_places)}

    @tool()
    def percentage(self, part: Number, whole: Number) -> JsonObject:
        """Say how many percent of the whole a part is.

        Args:
            part: The part.
            whole: The whole, not zero.
        """
        if whole == 0:
            raise refusal("Whole value cannot be zero")
        return {"result": part / whole * 100}

    @tool()
    def mean(self, numbers: list[Number]) -> JsonObject:
        """Give the mean of a list of numbers.

        Args:
            numbers: The numbers.
        """
        return _of_list(numbers, "calculate mean", lambda: sum(numbers) / len(numbers))

    @tool()
    def standard_deviation(self, numbers: list[Number]) -> JsonObject:
        """Give the standard deviation of a list of numbers, taken as the whole population.

        Args:
            numbers: The numbers.
        """

        def deviation() -> float:
            middle = sum(numbers) / len(numbers)
            return math.sqrt(sum((number - middle) ** 2 for number in numbers) / len(numbers))

        return _of_list(numbers, "calculate standard deviation", deviation)

    @tool()
    def sum_values(self, numbers: list[Number]) -> JsonObject:
        """Add up a list of numbers.

        Args:
            numbers: The numbers.
        """
        return _of_list(numbers, "calculate sum", lambda: sum(numbers))

    @tool()
    def max_value(self, numbers: list[Number]) -> JsonObject:
        """Find the largest number of a list.

        Args:
            numbers: The numbers.
        """
        return _of_list(numbers, "find maximum", lambda: max(numbers))

    @tool()
    def min_value(self, numbers: list[Number]) -> JsonObject:
        """Find the smallest number of a list.

        Args:
            numbers: The numbers.
        """
        return _of_list(numbers, "find minimum", lambda: min(numbers))

    @tool()
    def si_unit_conversion(self, value: Number, unit_in: str, unit_out: str) -> JsonObject:
        """Convert a length between metric units.

        Args:
            value: The length.
            unit_in: Its unit; one of km, m, cm, mm, um, nm.
            unit_out: The unit to convert to, from the same list.
        """
        source, target = self._unit(unit_in), self._unit(unit_out)
        if source not in _METRES or target not in _METRES:
            raise refusal(f"Conversion from '{unit_in}' to '{unit_out}' is not supported")
        return {"result": value * _METRES[source] / _METRES[target]}

    @tool()
    def imperial_si_conversion(self, value: Number, unit_in: str, unit_out: str) -> JsonObject:
        """Convert a value between imperial and metric units.

        Args:
            value: The value.
            unit_in: Its unit; one of cm, in, m, ft, yd, km, miles, kg, lb, celsius, fahrenheit.
            unit_out: The unit to convert to, which measures the same thing.
        """
        source, target = self._unit(unit_in), self._unit(unit_out)
        if source == target and source in _IMPERIAL_UNITS:
            return {"result": value}
        if (source, target) == ("celsius", "fahrenheit"):
            return {"result": value * 9 / 5 + 32}
        if (source, target) == ("fahrenheit", "celsius"):
            return {"result": (value - 32) * 5 / 9}
        if (source, target) not in _IMPERIAL:
            raise refusal(f"Conversion from '{unit_in}' to '{unit_out}' is not supported")
        return {"result": value * _IMPERIAL[source, target]}

    def _unit(self, said: str) -> str:
        if not self.forgiving:
            return said
        plain = said.strip().lower()
        return _SPOKEN_UNITS.get(plain.removesuffix("s"), plain)


def _of_list(numbers: list[Number], action: str, compute: Callable[[], Number]) -> JsonObject:
    if not numbers:
        raise refusal(f"Cannot {action} of an empty list")
    return {"result": compute()}


def _natural_logarithm(value: float) -> float | complex:
    if value == 0:
        return -math.inf
    return complex(math.log(-value), math.pi) if value < 0 else math.log(value)


def _to_digits(value: float, digits: int) -> float:
    """Rounded to the number of bits that hold so many digits and one more, as the recorded arithmetic does."""
    bits = max(1, round((digits + 1) * math.log2(10)))
    if bits >= 53 or not math.isfinite(value) or value == 0:
        return value
    mantissa, exponent = math.frexp(value)
    return math.ldexp(round(mantissa * 2**bits), exponent - bits)


def _plain(value: float | complex) -> JsonValue:
    """As JSON can say it: a complex number by its parts, an infinite one by its name."""
    if isinstance(value, complex):
        return {"real": value.real, "imaginary": value.imag}
    return value if isinstance(value, int) or math.isfinite(value) else str(value)
