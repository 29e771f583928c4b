"""A calendar: appointments with people, conflicts, repetition, and when everybody is free. Its clock stands still."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, JsonValue, model_validator

from contracts.base import JsonObject
from tools_sim.domain import Domain, DomainState, Refused, refusal
from tools_sim.toolbox import tool

_LONGEST_SEARCH_DAYS = 62
_SLOT_STEP = timedelta(minutes=30)

Repeats = Literal["never", "daily", "weekdays", "weekly"]


class Span(BaseModel):
    start: datetime
    end: datetime


class Event(BaseModel):
    title: str
    start: datetime
    end: datetime
    attendees: list[str] = Field(default_factory=list)
    location: str = ""
    repeats: Repeats = "never"
    until: date | None = None
    """Last day of a repeating event."""
    skipped: list[date] = Field(default_factory=list)
    """Days on which a repeating event does not take place."""

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"{self.title}: an event ends after its start")
        return self


class CalendarState(DomainState):
    now: datetime = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - local to time_zone, as people say it
    time_zone: str = "America/New_York"
    owner: str = "me"
    contacts: list[str] = Field(default_factory=list)
    busy: dict[str, list[Span]] = Field(default_factory=dict)
    """When contacts have no time, by name."""
    events: dict[int, Event] = Field(default_factory=dict)
    next_event: int = 1


class Calendar(Domain[CalendarState]):
    state_type = CalendarState

    @tool()
    def get_current_time(self) -> JsonObject:
        """Say what day and time it is in the user's calendar."""
        now = self.state.now
        return {"now": _said(now), "weekday": now.strftime("%A"), "time_zone": self.state.time_zone}

    @tool()
    def list_events(self, first_day: str, last_day: str | None = None) -> JsonObject:
        """List the appointments of one day or of several days.

        Args:
            first_day: The day, as YYYY-MM-DD.
            last_day: The last of several days, as YYYY-MM-DD; leave it out for one day.
        """
        first = _day(first_day)
        last = _day(last_day) if last_day else first
        if not first <= last <= first + timedelta(days=_LONGEST_SEARCH_DAYS):
            raise refusal(f"The last day must lie 0 to {_LONGEST_SEARCH_DAYS} days after the first.")
        found = sorted(
            (span.start, number)
            for number, event in self.state.events.items()
            for span in _occurrences(event, first, last)
        )
        return {"events": [self._shown(number, on=start) for start, number in found]}

    @tool()
    def search_events(self, text: str) -> JsonObject:
        """Find appointments by a word of their title, place or people.

        Args:
            text: The word or phrase.
        """
        wanted = text.strip().casefold()
        found = [
            number
            for number, event in self.state.events.items()
            if any(
                wanted in part.casefold() or self.match(text, [part]) is not None
                for part in (event.title, event.location, *event.attendees)
            )
        ]
        if not found:
            raise self.unknown(f"No appointment matches '{text}'.", text, [e.title for e in self.state.events.values()])
        return {"events": [self._shown(number) for number in found]}

    @tool()
    def list_contacts(self) -> JsonObject:
        """List the people who can be invited."""
        return {"contacts": list(self.state.contacts)}

    @tool()
    def find_free_time(
        self,
        day: str,
        duration_minutes: int,
        attendees: list[str] | None = None,
        earliest: str = "09:00",
        latest: str = "17:00",
    ) -> JsonObject:
        """Find times of a day at which the user and some people are free.

        Args:
            day: The day, as YYYY-MM-DD.
            duration_minutes: How long the appointment is to be.
            attendees: The people who are to be free too.
            earliest: Earliest start, as HH:MM.
            latest: Latest end, as HH:MM.
        """
        people = self._people(attendees or ())
        start, close = datetime.combine(_day(day), _time(earliest)), datetime.combine(_day(day), _time(latest))
        length = _length(duration_minutes)
        slots: list[JsonValue] = []
        while start + length <= close:
            if not self._clashes(Span(start=start, end=start + length), people):
                slots.append(_said(start))
            start += _SLOT_STEP
        return {"duration_minutes": duration_minutes, "free_starts": slots}

    @tool(writes=True)
    def create_event(
        self,
        title: str,
        start: str,
        duration_minutes: int = 60,
        attendees: list[str] | None = None,
        location: str = "",
        repeats: Repeats = "never",
        until: str | None = None,
        time_zone: str | None = None,
        allow_conflict: bool = False,
    ) -> JsonObject:
        """Put an appointment into the calendar and invite people. Refused when the user or a guest has no time then.

        Args:
            title: What it is.
            start: Its start, as YYYY-MM-DDTHH:MM.
            duration_minutes: How long it is.
            attendees: Names of the people to invite.
            location: Where it is.
            repeats: How it repeats.
            until: Last day of a repeating appointment, as YYYY-MM-DD.
            time_zone: Zone of the start, such as Europe/London, when it is not the user's own.
            allow_conflict: True only when the user wants it despite a conflict.
        """
        begin = self._moment(start, time_zone)
        last = _day(until) if until else None
        if last is not None and last < begin.date():
            raise refusal("The last day must not lie before the first.")
        if not title.strip():
            raise refusal("An appointment needs a title.")
        event = Event(
            title=title,
            start=begin,
            end=begin + _length(duration_minutes),
            attendees=self._people(attendees or ()),
            location=location,
            repeats=repeats,
            until=last,
        )
        self._refuse_past(begin)
        if not allow_conflict:
            self._refuse_conflict(event)
        return self._add(event)

    @tool(writes=True)
    def move_event(
        self,
        event_id: int,
        new_start: str,
        duration_minutes: int | None = None,
        occurrence: str | None = None,
        allow_conflict: bool = False,
    ) -> JsonObject:
        """Move an appointment to another time. Of a repeating one, one day can be moved alone.

        Args:
            event_id: Number of the appointment.
            new_start: Its new start, as YYYY-MM-DDTHH:MM.
            duration_minutes: Its new length; leave it out to keep the length.
            occurrence: For a repeating appointment: the day that is to be moved, as YYYY-MM-DD.
            allow_conflict: True only when the user wants it despite a conflict.
        """
        event = self._event(event_id)
        begin = self._moment(new_start, None)
        length = event.end - event.start if duration_minutes is None else _length(duration_minutes)
        self._refuse_past(begin)
        moved = event.model_copy(update={"start": begin, "end": begin + length}, deep=True)
        day = self._occurrence(event, occurrence)
        if day is not None:
            moved = moved.model_copy(update={"repeats": "never", "until": None, "skipped": []})
        if not allow_conflict:
            self._refuse_conflict(moved, besides=event_id)
        if day is None:
            self.state.events[event_id] = moved
            return self._shown(event_id)
        event.skipped.append(day)
        return self._add(moved)

    @tool(writes=True)
    def change_event(self, event_id: int, title: str | None = None, location: str | None = None) -> JsonObject:
        """Change the title or the place of an appointment.

        Args:
            event_id: Number of the appointment.
            title: Its new title.
            location: Its new place.
        """
        event = self._event(event_id)
        if title is not None:
            event.title = title
        if location is not None:
            event.location = location
        return self._shown(event_id)

    @tool(writes=True)
    def add_attendees(self, event_id: int, attendees: list[str]) -> JsonObject:
        """Invite more people to an appointment.

        Args:
            event_id: Number of the appointment.
            attendees: Names of the people.
        """
        event = self._event(event_id)
        event.attendees += [name for name in self._people(attendees) if name not in event.attendees]
        return self._shown(event_id)

    @tool(writes=True)
    def remove_attendees(self, event_id: int, attendees: list[str]) -> JsonObject:
        """Take people off an appointment.

        Args:
            event_id: Number of the appointment.
            attendees: Names of the people.
        """
        event = self._event(event_id)
        leaving = self._people(attendees)
        if strangers := [name for name in leaving if name not in event.attendees]:
            raise refusal(f"Not invited: {', '.join(strangers)}.")
        event.attendees = [name for name in event.attendees if name not in leaving]
        return self._shown(event_id)

    @tool(writes=True)
    def cancel_event(self, event_id: int, occurrence: str | None = None) -> JsonObject:
        """Cancel an appointment. Of a repeating one, one day can be cancelled alone.

        Args:
            event_id: Number of the appointment.
            occurrence: For a repeating appointment: the day that is to be cancelled, as YYYY-MM-DD.
        """
        event = self._event(event_id)
        day = self._occurrence(event, occurrence)
        if day is None:
            del self.state.events[event_id]
            return {"cancelled": event.title}
        event.skipped.append(day)
        return {"cancelled": event.title, "day": day.isoformat()}

    def _add(self, event: Event) -> JsonObject:
        number = self.state.next_event
        self.state.next_event += 1
        self.state.events[number] = event
        return self._shown(number)

    def _event(self, number: int) -> Event:
        if number not in self.state.events:
            raise refusal(f"There is no appointment {number}.")
        return self.state.events[number]

    def _people(self, names: Sequence[str]) -> list[str]:
        people: list[str] = []
        for name in names:
            known = self.match(name, self.state.contacts)
            if known is None:
                raise self.unknown(f"'{name}' is not among the contacts.", name, self.state.contacts)
            if known not in people:
                people.append(known)
        return people

    def _moment(self, said: str, zone: str | None) -> datetime:
        moment = _parsed(said)
        if zone is None:
            return moment
        try:
            home, away = ZoneInfo(self.state.time_zone), ZoneInfo(zone)
        except (KeyError, ValueError, OSError) as error:
            raise refusal(f"'{zone}' is not a time zone; write it like Europe/London.") from error
        return moment.replace(tzinfo=away).astimezone(home).replace(tzinfo=None)

    def _occurrence(self, event: Event, said: str | None) -> date | None:
        """The one day meant of a repeating event; None for the whole event."""
        if said is None or event.repeats == "never":
            return None
        day = _day(said)
        if not any(_occurrences(event, day, day)):
            raise refusal(f"'{event.title}' does not take place on {day.isoformat()}.")
        return day

    def _refuse_past(self, moment: datetime) -> None:
        if moment < self.state.now:
            raise refusal(f"{_said(moment)} lies in the past; it is {_said(self.state.now)} now.")

    def _refuse_conflict(self, event: Event, besides: int | None = None) -> None:
        last = event.until or event.start.date() + timedelta(days=_LONGEST_SEARCH_DAYS)
        clashes: list[JsonValue] = []
        for span in _occurrences(event, event.start.date(), last):
            clashes += self._clashes(span, event.attendees, besides)
            if clashes:
                raise Refused({"error": "Somebody has no time then.", "conflicts": clashes})

    def _clashes(self, span: Span, people: Sequence[str], besides: int | None = None) -> list[str]:
        mine = [
            f"{event.title} at {_said(other.start)}"
            for number, event in self.state.events.items()
            if number != besides
            for other in _occurrences(event, span.start.date(), span.end.date())
            if other.start < span.end and span.start < other.end
        ]
        theirs = [
            f"{name} is busy"
            for name in people
            if any(other.start < span.end and span.start < other.end for other in self.state.busy.get(name, ()))
        ]
        return mine + theirs

    def _shown(self, number: int, on: datetime | None = None) -> JsonObject:
        event = self.state.events[number]
        start = on or event.start
        shown: JsonObject = {
            "event_id": number,
            "title": event.title,
            "start": _said(start),
            "end": _said(start + (event.end - event.start)),
            "weekday": start.strftime("%A"),
            "attendees": list(event.attendees),
            "location": event.location,
        }
        if event.repeats != "never":
            shown["repeats"] = event.repeats
            shown["until"] = event.until.isoformat() if event.until else None
        return shown


def _occurrences(event: Event, first: date, last: date) -> Iterator[Span]:
    """When an event takes place between two days, both included."""
    length = event.end - event.start
    if event.until is not None:
        last = min(last, event.until)
    day = event.start.date() if event.repeats == "never" else max(first, event.start.date())
    while day <= last:
        if day >= first and day not in event.skipped and _falls_on(event, day):
            start = datetime.combine(day, event.start.time())
            yield Span(start=start, end=start + length)
        if event.repeats == "never":
            return
        day += timedelta(days=1)


def _falls_on(event: Event, day: date) -> bool:
    match event.repeats:
        case "never":
            return day == event.start.date()
        case "daily":
            return True
        case "weekdays":
            return day.weekday() < 5
        case "weekly":
            return day.weekday() == event.start.weekday()


def _said(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def _parsed(said: str) -> datetime:
    try:
        return datetime.fromisoformat(said.strip()).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError as error:
        raise refusal(f"'{said}' is not a day and time; write it as YYYY-MM-DDTHH:MM.") from error


def _day(said: str) -> date:
    try:
        return datetime.fromisoformat(said.strip()).date()
    except ValueError as error:
        raise refusal(f"'{said}' is not a day; write it as YYYY-MM-DD.") from error


def _time(said: str) -> time:
    try:
        return time.fromisoformat(said.strip())
    except ValueError as error:
        raise refusal(f"'{said}' is not a time; write it as HH:MM.") from error


def _length(minutes: int) -> timedelta:
    if not 5 <= minutes <= 24 * 60:
        raise refusal("An appointment lasts 5 minutes to one day.")
    return timedelta(minutes=minutes)
