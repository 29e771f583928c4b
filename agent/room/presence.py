"""The participant in the room: coming, going, and the microphone."""

import asyncio
from collections.abc import Callable

from livekit import rtc

from contracts.conversation_event import ParticipantPresence

AWAY_S = 60.0
"""A participant who reloads the page comes back with the same identity; who stays away this long has left."""


class Presence:
    """Follows one participant of a room.

    ``on_change`` gets what is to be logged, ``on_here`` each moment at which the page may need a snapshot, ``on_gone``
    comes once when the participant has been away too long.
    """

    def __init__(
        self,
        room: rtc.Room,
        identity: str,
        *,
        on_change: Callable[[ParticipantPresence], None],
        on_here: Callable[[], None],
        on_gone: Callable[[], None],
        away_s: float = AWAY_S,
    ) -> None:
        self._room, self._identity = room, identity
        self._on_change, self._on_here, self._on_gone = on_change, on_here, on_gone
        self._away_s = away_s
        self._timer: asyncio.TimerHandle | None = None
        self.here = asyncio.Event()

    def follow(self) -> None:
        """Start; a participant who is in the room already has joined."""
        room = self._room
        room.on("participant_connected", self._connected)
        room.on("participant_active", self._active)
        room.on("participant_disconnected", self._disconnected)
        room.on("track_subscribed", self._subscribed)
        room.on("track_unsubscribed", self._unsubscribed)
        room.on("track_muted", self._muted)
        room.on("track_unmuted", self._unmuted)
        if self._identity in room.remote_participants:
            self._connected(room.remote_participants[self._identity])
        else:
            self._start_timer()

    def stop(self) -> None:
        """Hear and do nothing more."""
        self._cancel_timer()
        room = self._room
        room.off("participant_connected", self._connected)
        room.off("participant_active", self._active)
        room.off("participant_disconnected", self._disconnected)
        room.off("track_subscribed", self._subscribed)
        room.off("track_unsubscribed", self._unsubscribed)
        room.off("track_muted", self._muted)
        room.off("track_unmuted", self._unmuted)

    def _connected(self, participant: rtc.RemoteParticipant) -> None:
        if participant.identity != self._identity:
            return
        self._cancel_timer()
        if not self.here.is_set():
            self.here.set()
            self._on_change(ParticipantPresence(change="joined"))
        self._on_here()

    def _active(self, participant: rtc.RemoteParticipant) -> None:
        # Only now does a packet reach the page for certain.
        if participant.identity == self._identity:
            self._on_here()

    def _disconnected(self, participant: rtc.RemoteParticipant) -> None:
        if participant.identity != self._identity or not self.here.is_set():
            return
        self.here.clear()
        self._on_change(ParticipantPresence(change="left"))
        self._start_timer()

    def _subscribed(self, track: rtc.Track, _: rtc.RemoteTrackPublication, participant: rtc.RemoteParticipant) -> None:
        if self._is_microphone(track, participant):
            self._on_here()

    def _unsubscribed(
        self, track: rtc.Track, _: rtc.RemoteTrackPublication, participant: rtc.RemoteParticipant
    ) -> None:
        if self._is_microphone(track, participant) and self.here.is_set():
            self._on_change(ParticipantPresence(change="microphone_lost"))

    def _muted(self, participant: rtc.Participant, _: rtc.TrackPublication) -> None:
        if participant.identity == self._identity:
            self._on_change(ParticipantPresence(change="microphone_muted"))

    def _unmuted(self, participant: rtc.Participant, _: rtc.TrackPublication) -> None:
        if participant.identity == self._identity:
            self._on_change(ParticipantPresence(change="microphone_unmuted"))

    def _is_microphone(self, track: rtc.Track, participant: rtc.RemoteParticipant) -> bool:
        return participant.identity == self._identity and track.kind == rtc.TrackKind.KIND_AUDIO

    def _start_timer(self) -> None:
        self._cancel_timer()
        self._timer = asyncio.get_running_loop().call_later(self._away_s, self._on_gone)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
