"""A smart home: devices in rooms, scenes, and what is to happen at a time. Some requests cannot be met, and say why."""

from typing import Literal

from pydantic import BaseModel, Field, JsonValue

from contracts.base import JsonObject
from tools_sim.domain import Domain, DomainState, refusal
from tools_sim.toolbox import Number, tool

Kind = Literal["light", "thermostat", "blind", "lock", "plug", "speaker"]

_SWITCHABLE: frozenset[Kind] = frozenset({"light", "thermostat", "plug", "speaker"})
_LEVELS: dict[Kind, str] = {"light": "brightness", "blind": "how far it is open", "speaker": "volume"}
_COMFORT_CELSIUS = (10.0, 30.0)


class Device(BaseModel):
    kind: Kind
    room: str
    on: bool = False
    level: int = Field(default=0, ge=0, le=100)
    """Brightness of a light, opening of a blind, volume of a speaker; percent."""
    celsius: float | None = None
    """Target of a thermostat."""
    locked: bool | None = None
    online: bool = True


class Setting(BaseModel):
    """What becomes of a device; what is None stays as it is."""

    device: str
    on: bool | None = None
    level: int | None = None
    celsius: float | None = None
    locked: bool | None = None


class Schedule(BaseModel):
    time: str
    """HH:MM."""
    scene: str
    days: Literal["every day", "weekdays", "weekend"] = "every day"


class SmartHomeState(DomainState):
    devices: dict[str, Device] = Field(default_factory=dict)
    """By name, such as "kitchen lamp"."""
    scenes: dict[str, list[Setting]] = Field(default_factory=dict)
    schedules: dict[int, Schedule] = Field(default_factory=dict)
    next_schedule: int = 1


class SmartHome(Domain[SmartHomeState]):
    state_type = SmartHomeState

    @tool()
    def list_rooms(self) -> JsonObject:
        """List the rooms of the home."""
        return {"rooms": list(dict.fromkeys(device.room for device in self.state.devices.values()))}

    @tool()
    def list_devices(self, room: str | None = None) -> JsonObject:
        """List the devices with their state, of one room or of the whole home.

        Args:
            room: Name of the room; leave it out for all.
        """
        rooms = sorted({device.room for device in self.state.devices.values()})
        place = self.match(room, rooms) if room else None
        if room and place is None:
            raise self.unknown(f"There is no room '{room}'.", room, rooms)
        shown: list[JsonValue] = [
            self._shown(name) for name, device in self.state.devices.items() if place is None or device.room == place
        ]
        return {"devices": shown}

    @tool()
    def get_device(self, device: str) -> JsonObject:
        """Show the state of a device.

        Args:
            device: Name of the device.
        """
        return self._shown(self._name(device))

    @tool(writes=True)
    def switch_device(self, device: str, on: bool) -> JsonObject:
        """Switch a light, thermostat, plug or speaker on or off.

        Args:
            device: Name of the device.
            on: True for on, false for off.
        """
        return self._apply(Setting(device=self._name(device), on=on))

    @tool(writes=True)
    def set_level(self, device: str, percent: int) -> JsonObject:
        """Set the brightness of a light, the volume of a speaker, or how far a blind is open.

        Args:
            device: Name of the device.
            percent: 0 to 100.
        """
        return self._apply(Setting(device=self._name(device), level=percent))

    @tool(writes=True)
    def set_temperature(
        self, device: str, degrees: Number, unit: Literal["celsius", "fahrenheit"] = "celsius"
    ) -> JsonObject:
        """Set the target of a thermostat.

        Args:
            device: Name of the thermostat.
            degrees: The temperature.
            unit: Its unit.
        """
        celsius = degrees if unit == "celsius" else round((degrees - 32) * 5 / 9, 1)
        return self._apply(Setting(device=self._name(device), celsius=celsius))

    @tool(writes=True)
    def set_lock(self, device: str, locked: bool) -> JsonObject:
        """Lock or unlock a door.

        Args:
            device: Name of the lock.
            locked: True to lock, false to unlock.
        """
        return self._apply(Setting(device=self._name(device), locked=locked))

    @tool()
    def list_scenes(self) -> JsonObject:
        """List the scenes, which set several devices at once."""
        return {"scenes": list(self.state.scenes)}

    @tool(writes=True)
    def run_scene(self, scene: str) -> JsonObject:
        """Set all devices of a scene.

        Args:
            scene: Name of the scene.
        """
        name = self._scene(scene)
        for setting in self.state.scenes[name]:
            self._check(setting)
        return {"scene": name, "devices": [self._apply(setting) for setting in self.state.scenes[name]]}

    @tool()
    def list_schedules(self) -> JsonObject:
        """List which scenes run at which time."""
        listed: list[JsonValue] = [
            {"schedule_id": number, **schedule.model_dump()} for number, schedule in self.state.schedules.items()
        ]
        return {"schedules": listed}

    @tool(writes=True)
    def schedule_scene(
        self, scene: str, time: str, days: Literal["every day", "weekdays", "weekend"] = "every day"
    ) -> JsonObject:
        """Let a scene run at a time.

        Args:
            scene: Name of the scene.
            time: The time, as HH:MM.
            days: On which days.
        """
        name = self._scene(scene)
        hours, _, minutes = time.partition(":")
        if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
            raise refusal(f"'{time}' is not a time; write it as HH:MM.")
        number = self.state.next_schedule
        self.state.next_schedule += 1
        schedule = Schedule(time=f"{int(hours):02d}:{int(minutes):02d}", scene=name, days=days)
        self.state.schedules[number] = schedule
        return {"schedule_id": number, **schedule.model_dump()}

    @tool(writes=True)
    def cancel_schedule(self, schedule_id: int) -> JsonObject:
        """Stop a scene from running at its time.

        Args:
            schedule_id: Number of the schedule.
        """
        if schedule_id not in self.state.schedules:
            raise refusal(f"There is no schedule {schedule_id}.")
        del self.state.schedules[schedule_id]
        return {"cancelled": schedule_id}

    def _name(self, said: str) -> str:
        name = self.match(said, self.state.devices)
        if name is None:
            raise self.unknown(f"There is no device '{said}'.", said, self.state.devices)
        return name

    def _scene(self, said: str) -> str:
        name = self.match(said, self.state.scenes)
        if name is None:
            raise self.unknown(f"There is no scene '{said}'.", said, self.state.scenes)
        return name

    def _check(self, setting: Setting) -> Device:
        """Refuse what the device cannot do; nothing is changed yet."""
        name = self._name(setting.device)
        device = self.state.devices[name]
        if not device.online:
            raise refusal(f"{name} does not answer; it may be without power.")
        if setting.on is not None and device.kind not in _SWITCHABLE:
            raise refusal(f"{name} is a {device.kind} and cannot be switched on or off.")
        if setting.level is not None and device.kind not in _LEVELS:
            raise refusal(f"{name} is a {device.kind} and has no level.")
        if setting.level is not None and not 0 <= setting.level <= 100:
            raise refusal("A level lies between 0 and 100 percent.")
        if setting.celsius is not None:
            if device.kind != "thermostat":
                raise refusal(f"{name} is a {device.kind} and has no temperature.")
            if not _COMFORT_CELSIUS[0] <= setting.celsius <= _COMFORT_CELSIUS[1]:
                raise refusal(f"{name} can be set from {_COMFORT_CELSIUS[0]:g} to {_COMFORT_CELSIUS[1]:g} degrees.")
        if setting.locked is not None and device.kind != "lock":
            raise refusal(f"{name} is a {device.kind} and cannot be locked.")
        return device

    def _apply(self, setting: Setting) -> JsonObject:
        device = self._check(setting)
        if setting.on is not None:
            device.on = setting.on
        if setting.level is not None:
            device.level = setting.level
            if device.kind in _SWITCHABLE:
                device.on = setting.level > 0
        if setting.celsius is not None:
            device.celsius = setting.celsius
            device.on = True
        if setting.locked is not None:
            device.locked = setting.locked
        return self._shown(self._name(setting.device))

    def _shown(self, name: str) -> JsonObject:
        device = self.state.devices[name]
        shown: JsonObject = {"device": name, "kind": device.kind, "room": device.room}
        if not device.online:
            shown["online"] = False
        if device.kind in _SWITCHABLE:
            shown["on"] = device.on
        if device.kind in _LEVELS:
            shown["level"] = device.level
        if device.kind == "thermostat":
            shown["celsius"] = device.celsius
        if device.kind == "lock":
            shown["locked"] = device.locked
        return shown
