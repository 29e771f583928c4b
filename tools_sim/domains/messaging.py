"""A workspace messenger: people with ids, and the messages that were sent to them."""

from pydantic import Field, JsonValue

from contracts.base import JsonObject
from tools_sim.domain import Domain, DomainState, Refused, refusal
from tools_sim.toolbox import tool


def _default_inbox() -> list[dict[str, JsonValue]]:
    return [
        {"USR002": "My name is Alice. I want to connect."},
        {"USR003": "Could you upload the file?"},
        {"USR004": "Could you upload the file?"},
    ]


class MessagingState(DomainState):
    generated_ids: set[int] = Field(default_factory=set)
    user_count: int = 4
    user_map: dict[str, str] = Field(
        default_factory=lambda: {"Alice": "USR001", "Bob": "USR002", "Catherine": "USR003", "Daniel": "USR004"}
    )
    inbox: list[dict[str, JsonValue]] = Field(default_factory=_default_inbox)
    """In order of sending, each a receiver's id and what was sent."""
    message_count: int = 3
    current_user: str | None = None


class Messaging(Domain[MessagingState]):
    state_type = MessagingState
    recorded_seed = 200191

    @tool()
    def list_users(self) -> JsonObject:
        """List the names of all users in the workspace."""
        return {"user_list": list(self.state.user_map)}

    @tool()
    def get_user_id(self, user: str) -> JsonObject:
        """Look up the user id that belongs to a user name.

        Args:
            user: Name of the user, such as "Alice".
        """
        name = self.match(user, self.state.user_map)
        if name is None:
            raise self.unknown(f"User '{user}' not found in the workspace.", user, self.state.user_map)
        found: JsonObject = {"user_id": self.state.user_map[name]}
        if self.forgiving:
            found["user"] = name
        return found

    @tool(writes=True)
    def message_login(self, user_id: str) -> JsonObject:
        """Log a user in to the messenger.

        Args:
            user_id: Id of the user who logs in, such as "USR001".
        """
        if user_id not in self.state.user_map.values():
            raise Refused({"login_status": False, "message": f"User ID '{user_id}' not found."})
        self.state.current_user = user_id
        return {"login_status": True, "message": f"User '{user_id}' logged in successfully."}

    @tool()
    def message_get_login_status(self) -> JsonObject:
        """Say whether a user is logged in to the messenger."""
        return {"login_status": self.state.current_user is not None}

    @tool(writes=True)
    def send_message(self, receiver_id: str, message: str) -> JsonObject:
        """Send a message to a user of the workspace.

        Args:
            receiver_id: Id of the user who gets the message, as told by get_user_id.
            message: The text to send.
        """
        self._require_login()
        if receiver_id not in self.state.user_map.values():
            raise self._unknown_receiver(f"Receiver ID '{receiver_id}' not found.", receiver_id)
        number = self._rng.randint(10000, 99999)
        while number in self.state.generated_ids:
            number = self._rng.randint(10000, 99999)
        self.state.generated_ids.add(number)
        self.state.inbox.append({receiver_id: message})
        self.state.message_count += 1
        return {
            "sent_status": True,
            "message_id": {"new_id": number},
            "message": f"Message sent to '{receiver_id}' successfully.",
        }

    @tool(writes=True)
    def delete_message(self, receiver_id: str) -> JsonObject:
        """Delete the latest message that was sent to a user.

        Args:
            receiver_id: Id of the user who got the message.
        """
        self._require_login()
        for position in range(len(self.state.inbox) - 1, -1, -1):
            if receiver_id in self.state.inbox[position]:
                del self.state.inbox[position]
                return {
                    "deleted_status": True,
                    "receiver_id": receiver_id,
                    "message": f"Receiver {receiver_id}'s latest message deleted successfully.",
                }
        raise self._unknown_receiver(f"Receiver ID {receiver_id} not found.", receiver_id)

    @tool()
    def view_messages_sent(self) -> JsonObject:
        """Show all messages that were sent, grouped by the receiver's id."""
        self._require_login()
        sent: dict[str, list[JsonValue]] = {}
        for entry in self.state.inbox:
            for receiver, message in entry.items():
                sent.setdefault(receiver, []).append(message)
        return {"messages": dict(sent)}

    @tool(writes=True)
    def add_contact(self, user_name: str) -> JsonObject:
        """Add a new person to the workspace.

        Args:
            user_name: Name of the new contact.
        """
        if user_name in self.state.user_map:
            raise refusal(f"User name '{user_name}' already exists.")
        self.state.user_count += 1
        user_id = f"USR{self.state.user_count:03d}"
        if user_id in self.state.user_map.values():
            raise refusal(f"User ID '{user_id}' already exists.")
        self.state.user_map[user_name] = user_id
        return {"added_status": True, "user_id": user_id, "message": f"Contact '{user_name}' added successfully."}

    @tool()
    def search_messages(self, keyword: str) -> JsonObject:
        """Find sent messages that contain a word or phrase.

        Args:
            keyword: The word or phrase to look for; upper and lower case are the same.
        """
        self._require_login()
        results: list[JsonValue] = []
        for entry in self.state.inbox:
            for receiver, message in entry.items():
                if not isinstance(message, str):
                    if self.forgiving:
                        continue
                    raise refusal(f"Error during execution: a message to {receiver} is no text")
                if keyword.lower() in message.lower():
                    results.append({"receiver_id": receiver, "message": message})
        return {"results": results}

    @tool()
    def get_message_stats(self) -> JsonObject:
        """Count the messages, and the people they went to."""
        self._require_login()
        receivers = {receiver for entry in self.state.inbox for receiver in entry}
        return {"stats": {"received_count": len(self.state.inbox), "total_contacts": len(receivers)}}

    def _require_login(self) -> None:
        if self.state.current_user is None:
            raise refusal("No user is currently logged in.")

    def _unknown_receiver(self, message: str, wanted: str) -> Refused:
        """In voice mode a name given for an id is answered with that person's id."""
        name = self.match(wanted, self.state.user_map) if self.forgiving else None
        if name is None:
            return self.unknown(message, wanted, self.state.user_map)
        return Refused({"error": message, "did_you_mean": [{"user": name, "user_id": self.state.user_map[name]}]})
