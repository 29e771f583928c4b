"""A car: engine, doors, brakes, fuel, climate, cruise control, navigation and distances."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AliasChoices, ConfigDict, Field, JsonValue

from contracts.base import JsonObject
from tools_sim.domain import Domain, DomainState, Refused, refusal
from tools_sim.padding import padding
from tools_sim.toolbox import Number, tool

_TANK_GALLONS = 50
_MILES_PER_GALLON = 20
_FULL_BRAKE_NEWTON = 1000.0
_PARKING_BRAKE_NEWTON = 500.0
_PARKED_SLOPE_DEGREES = 10.0
_HEALTHY_PSI = (30, 35)
_LITERS_PER_GALLON = 3.78541
_GALLONS_PER_LITER = 0.264172
_TIRE_SHOP = "456 Oakwood Avenue, Rivermist, 83214"

_ZIPCODES: Mapping[str, str] = {
    "Rivermist": "83214",
    "Stonebrook": "74532",
    "Maplecrest": "56108",
    "Silverpine": "62947",
    "Shadowridge": "71354",
    "Sunset Valley": "83462",
    "Oakendale": "47329",
    "Willowbend": "52013",
    "Crescent Hollow": "69238",
    "Autumnville": "51479",
    "San Francisco": "94016",
}
_NO_ZIPCODE = "00000"

_DISTANCES: Mapping[frozenset[str], float] = {
    frozenset(pair): distance
    for pair, distance in {
        ("83214", "74532"): 750.0,
        ("83214", "94016"): 980.0,
        ("74532", "94016"): 880.0,
        ("56108", "62947"): 320.0,
        ("62947", "47329"): 1053.0,
        ("62947", "94016"): 780.0,
        ("71354", "83462"): 450.0,
        ("47329", "52013"): 290.0,
        ("69238", "51479"): 630.0,
        ("94016", "94704"): 600.0,
        ("94016", "08540"): 1950.0,
        ("94704", "08540"): 2550.0,
    }.items()
}
_TIRES = ("frontLeftTirePressure", "frontRightTirePressure", "rearLeftTirePressure", "rearRightTirePressure")


class VehicleState(DomainState):
    model_config = ConfigDict(extra="ignore", populate_by_name=True, serialize_by_alias=True)
    hidden: ClassVar[frozenset[str]] = frozenset({"brake_pedal_force", "parking_brake_force", "slope_angle"})

    fuel_level: float = Field(default=0.0, alias="fuelLevel")
    battery_voltage: float = Field(default=12.6, alias="batteryVoltage")
    engine_state: str = Field(default="stopped", validation_alias=AliasChoices("engineState", "engine_state"))
    remaining_unlocked_doors: int = Field(default=4, alias="remainingUnlockedDoors")
    door_status: dict[str, str] = Field(
        default_factory=lambda: dict.fromkeys(("driver", "passenger", "rear_left", "rear_right"), "unlocked"),
        alias="doorStatus",
    )
    ac_temperature: float = Field(default=25.0, alias="acTemperature")
    fan_speed: int = Field(default=50, alias="fanSpeed")
    ac_mode: str = Field(default="auto", alias="acMode")
    humidity_level: float = Field(default=50.0, alias="humidityLevel")
    head_light_status: str = Field(default="off", alias="headLightStatus")
    parking_brake_status: str = Field(default="released", alias="parkingBrakeStatus")
    brake_pedal_status: str = Field(default="released", alias="brakePedalStatus")
    distance_to_next_vehicle: float = Field(default=50.0, alias="distanceToNextVehicle")
    cruise_status: str = Field(default="inactive", alias="cruiseStatus")
    destination: str = "None"
    front_left_tire_pressure: float = Field(default=32.0, alias="frontLeftTirePressure")
    front_right_tire_pressure: float = Field(default=32.0, alias="frontRightTirePressure")
    rear_left_tire_pressure: float = Field(default=30.0, alias="rearLeftTirePressure")
    rear_right_tire_pressure: float = Field(default=30.0, alias="rearRightTirePressure")
    long_context: bool = False
    brake_pedal_force: float = Field(default=0.0, alias="brakePedalForce")
    parking_brake_force: float = Field(default=0.0, alias="parkingBrakeForce")
    slope_angle: float = Field(default=0.0, alias="slopeAngle")


class Vehicle(Domain[VehicleState]):
    state_type = VehicleState
    recorded_seed = 141053

    def __init__(self, state: VehicleState, **rest: Any) -> None:
        super().__init__(state, **rest)
        state.remaining_unlocked_doors = sum(status != "locked" for status in state.door_status.values())

    @tool(name="startEngine", writes=True)
    def start_engine(self, ignition_mode: Annotated[str, Field(alias="ignitionMode")]) -> JsonObject:
        """Start or stop the engine. To start it, all doors must be locked and the brake pedal fully pressed.

        Args:
            ignition_mode: START or STOP.
        """
        state = self.state
        mode = self.choice(ignition_mode, ("START", "STOP"))
        if mode == "STOP":
            state.engine_state = "stopped"
            if self.forgiving:
                return self._engine()
            # As recorded: stopping counts, and then fails the checks that are made for starting.
        if state.remaining_unlocked_doors > 0:
            unlocked = ", ".join(door for door, status in state.door_status.items() if status == "unlocked")
            raise refusal(
                f"All doors must be locked before starting the engine. Here are the unlocked doors: {unlocked}"
            )
        if state.brake_pedal_status != "pressed":
            raise refusal("Brake pedal needs to be pressed when starting the engine.")
        if state.brake_pedal_force != _FULL_BRAKE_NEWTON:
            raise refusal("Must press the brake fully before starting the engine.")
        if mode != "START":
            raise refusal("Invalid ignition mode.")
        state.engine_state = "running"
        return self._engine()

    @tool(name="fillFuelTank", writes=True)
    def fill_fuel_tank(self, fuel_amount: Annotated[Number, Field(alias="fuelAmount")]) -> JsonObject:
        """Add fuel to the tank, which holds 50 gallons.

        Args:
            fuel_amount: Gallons to add to what is in the tank.
        """
        if fuel_amount < 0:
            raise refusal("Fuel amount cannot be negative.")
        if self.state.fuel_level + fuel_amount > _TANK_GALLONS:
            raise refusal("Cannot fill gas above the tank capacity.")
        self.state.fuel_level += fuel_amount
        return {"fuelLevel": self.state.fuel_level}

    @tool(name="lockDoors", writes=True)
    def lock_doors(self, unlock: bool, door: list[str]) -> JsonObject:
        """Lock or unlock doors of the car.

        Args:
            unlock: True to unlock the doors, false to lock them.
            door: The doors: driver, passenger, rear_left, rear_right.
        """
        wanted = "unlocked" if unlock else "locked"
        doors = [self.choice(name, tuple(self.state.door_status)) for name in door]
        for name in doors:
            if name not in self.state.door_status:
                raise refusal(f"Error during execution: '{name}'")
            if self.state.door_status[name] != wanted:
                self.state.door_status[name] = wanted
                self.state.remaining_unlocked_doors += 1 if unlock else -1
        return {"lockStatus": wanted, "remainingUnlockedDoors": self.state.remaining_unlocked_doors}

    @tool(name="adjustClimateControl", writes=True)
    def adjust_climate_control(
        self,
        temperature: Number,
        unit: str = "celsius",
        fan_speed: Annotated[int, Field(alias="fanSpeed")] = 50,
        mode: str = "auto",
    ) -> JsonObject:
        """Set the air conditioning.

        Args:
            temperature: The temperature to set.
            unit: Its unit, celsius or fahrenheit.
            fan_speed: Speed of the fan, 0 to 100.
            mode: One of auto, cool, heat, defrost.
        """
        if not 0 <= fan_speed <= 100:
            raise refusal("Fan speed must be between 0 and 100.")
        fahrenheit = self.choice(unit, ("celsius", "fahrenheit")) == "fahrenheit"
        self.state.ac_temperature = (temperature - 32) * 5 / 9 if fahrenheit else temperature
        self.state.fan_speed = fan_speed
        self.state.ac_mode = self.choice(mode, ("auto", "cool", "heat", "defrost"))
        return {
            "currentACTemperature": temperature,
            "climateMode": self.state.ac_mode,
            "humidityLevel": self.state.humidity_level,
        }

    @tool()
    def get_outside_temperature_from_google(self) -> JsonObject:
        """Look up the outside temperature in degrees Celsius."""
        answer: JsonObject = padding("LONG_WEATHER_EXTENSION") if self.state.long_context else {}
        return answer | {"outsideTemperature": self._rng.uniform(-10, 40)}

    @tool()
    def get_outside_temperature_from_weather_com(self) -> JsonObject:
        """Look up the outside temperature in degrees Celsius at another service."""
        raise Refused({"error": 404})

    @tool(name="setHeadlights", writes=True)
    def set_headlights(self, mode: str) -> JsonObject:
        """Switch the headlights.

        Args:
            mode: One of on, off, auto.
        """
        chosen = self.choice(mode, ("on", "off", "auto"))
        if chosen not in ("on", "off", "auto"):
            raise refusal("Invalid headlight mode.")
        self.state.head_light_status = "on" if chosen == "on" else "off"
        return {"headlightStatus": self.state.head_light_status}

    @tool(name="displayCarStatus")
    def display_car_status(self, option: str) -> JsonObject:
        """Show one part of the car's status.

        Args:
            option: One of fuel, battery, doors, climate, headlights, parkingBrake, brakePedal, engine.
        """
        state = self.state
        parts: dict[str, JsonObject] = {
            "fuel": {"fuelLevel": state.fuel_level},
            "battery": {"batteryVoltage": state.battery_voltage},
            "doors": {"doorStatus": dict(state.door_status)},
            "climate": {
                "currentACTemperature": state.ac_temperature,
                "fanSpeed": state.fan_speed,
                "climateMode": state.ac_mode,
                "humidityLevel": state.humidity_level,
            },
            "headlights": {"headlightStatus": state.head_light_status},
            "parkingBrake": {
                "parkingBrakeStatus": state.parking_brake_status,
                "parkingBrakeForce": state.parking_brake_force,
                "slopeAngle": state.slope_angle,
            },
            "brakePedal": {"brakePedalStatus": state.brake_pedal_status, "brakePedalForce": state.brake_pedal_force},
            "engine": {"engineState": state.engine_state},
        }
        answer: JsonObject = {"metadata": padding("CAR_STATUS_METADATA_EXTENSION")} if state.long_context else {}
        chosen = self.choice(option, tuple(parts))
        if chosen not in parts:
            raise Refused(answer | {"error": "Invalid option"})
        return answer | parts[chosen]

    @tool(name="activateParkingBrake", writes=True)
    def activate_parking_brake(self, mode: str) -> JsonObject:
        """Engage or release the parking brake.

        Args:
            mode: engage or release.
        """
        chosen = self.choice(mode, ("engage", "release"))
        if chosen not in ("engage", "release"):
            raise refusal("Invalid mode")
        engaged = chosen == "engage"
        self.state.parking_brake_status = "engaged" if engaged else "released"
        self.state.parking_brake_force = _PARKING_BRAKE_NEWTON if engaged else 0.0
        self.state.slope_angle = _PARKED_SLOPE_DEGREES
        answer: JsonObject = {}
        if self.state.long_context:
            answer["parkingBrakeInstruction"] = padding("PARKING_BRAKE_INSTRUCTION")
        return answer | {
            "parkingBrakeStatus": self.state.parking_brake_status,
            "_parkingBrakeForce": self.state.parking_brake_force,
            "_slopeAngle": self.state.slope_angle,
        }

    @tool(name="pressBrakePedal", writes=True)
    def press_brake_pedal(self, pedal_position: Annotated[Number, Field(alias="pedalPosition")]) -> JsonObject:
        """Press the brake pedal and keep it there until it is released.

        Args:
            pedal_position: How far, from 0 (not at all) to 1 (fully).
        """
        if not 0 <= pedal_position <= 1:
            raise refusal("Pedal position must be between 0 and 1.")
        self.state.brake_pedal_force = _FULL_BRAKE_NEWTON * pedal_position
        self.state.brake_pedal_status = "pressed" if pedal_position > 0 else "released"
        return self._pedal()

    @tool(name="releaseBrakePedal", writes=True)
    def release_brake_pedal(self) -> JsonObject:
        """Release the brake pedal."""
        self.state.brake_pedal_force = 0.0
        self.state.brake_pedal_status = "released"
        return self._pedal()

    @tool(name="setCruiseControl", writes=True)
    def set_cruise_control(
        self,
        speed: Number,
        activate: bool,
        distance_to_next_vehicle: Annotated[Number, Field(alias="distanceToNextVehicle")],
    ) -> JsonObject:
        """Switch the cruise control; the engine must be running to activate it.

        Args:
            speed: Speed to keep, 0 to 120 in steps of 5.
            activate: True to activate, false to deactivate.
            distance_to_next_vehicle: Distance to keep, in meters.
        """
        state = self.state
        if state.engine_state == "stopped":
            raise refusal("Start the engine before activating the cruise control.")
        state.distance_to_next_vehicle = distance_to_next_vehicle
        if activate:
            if not 0 <= speed <= 120 or speed % 5:
                raise refusal("Invalid speed")
            state.cruise_status = "active"
        else:
            state.cruise_status = "inactive"
        return {
            "cruiseStatus": state.cruise_status,
            "currentSpeed": speed,
            "distanceToNextVehicle": distance_to_next_vehicle,
        }

    @tool()
    def get_current_speed(self) -> JsonObject:
        """Say how fast the car goes, in kilometers an hour."""
        return {"currentSpeed": self._rng.uniform(0, 120)}

    @tool()
    def display_log(self, messages: list[str]) -> JsonObject:
        """Show messages on the car's display.

        Args:
            messages: The messages.
        """
        return {"log": list(messages)}

    @tool()
    def estimate_drive_feasibility_by_mileage(self, distance: Number) -> JsonObject:
        """Say whether the fuel is enough for a distance.

        Args:
            distance: The distance in miles.
        """
        return {"canDrive": self.state.fuel_level * _MILES_PER_GALLON >= distance}

    @tool()
    def liter_to_gallon(self, liter: Number) -> JsonObject:
        """Convert liters to gallons.

        Args:
            liter: The liters.
        """
        return {"gallon": liter * _GALLONS_PER_LITER}

    @tool()
    def gallon_to_liter(self, gallon: Number) -> JsonObject:
        """Convert gallons to liters.

        Args:
            gallon: The gallons.
        """
        return {"liter": gallon * _LITERS_PER_GALLON}

    @tool()
    def estimate_distance(
        self, city_a: Annotated[str, Field(alias="cityA")], city_b: Annotated[str, Field(alias="cityB")]
    ) -> JsonObject:
        """Estimate the distance between two cities in kilometers.

        Args:
            city_a: Zip code of the first city.
            city_b: Zip code of the second city.
        """
        between: JsonObject = {}
        if self.state.long_context:
            between["intermediaryCities"] = padding("INTERMEDIARY_CITIES")
        distance = _DISTANCES.get(frozenset((city_a, city_b)))
        if distance is None:
            raise Refused({"error": "distance not found in database.", **between})
        return between | {"distance": distance}

    @tool()
    def get_zipcode_based_on_city(self, city: str) -> JsonObject:
        """Look up the zip code of a city.

        Args:
            city: Name of the city.
        """
        name = self.match(city, _ZIPCODES)
        if name is None:
            if self.forgiving:
                raise self.unknown(f"No zip code is known for '{city}'.", city, _ZIPCODES)
            raise Refused({"zipcode": _NO_ZIPCODE})
        return {"zipcode": _ZIPCODES[name]}

    @tool(writes=True)
    def set_navigation(self, destination: str) -> JsonObject:
        """Navigate to a place.

        Args:
            destination: Street, city and state.
        """
        self.state.destination = destination
        return {"status": f"Navigating to {destination}"}

    @tool()
    def check_tire_pressure(self) -> JsonObject:
        """Show the pressure of every tire, and whether it is healthy."""
        state = self.state
        pressures = (
            state.front_left_tire_pressure,
            state.front_right_tire_pressure,
            state.rear_left_tire_pressure,
            state.rear_right_tire_pressure,
        )
        info: JsonValue = padding("CAR_STATUS_METADATA_EXTENSION") if state.long_context else {}
        answer: JsonObject = dict(zip(_TIRES, pressures, strict=True))
        answer["healthy_tire_pressure"] = _HEALTHY_PSI[0] <= sum(pressures) / 4 <= _HEALTHY_PSI[1]
        answer["car_info"] = info
        return answer

    @tool()
    def find_nearest_tire_shop(self) -> JsonObject:
        """Find the nearest tire shop."""
        return {"shopLocation": _TIRE_SHOP}

    def _engine(self) -> JsonObject:
        return {
            "engineState": self.state.engine_state,
            "fuelLevel": self.state.fuel_level,
            "batteryVoltage": self.state.battery_voltage,
        }

    def _pedal(self) -> JsonObject:
        return {
            "brakePedalStatus": self.state.brake_pedal_status,
            "brakePedalForce": self.state.brake_pedal_force,
        }
