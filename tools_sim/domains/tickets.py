"""A support desk: tickets that are opened, changed, resolved and closed."""

from pydantic import Field, JsonValue

from contracts.base import JsonObject
from tools_sim.domain import Domain, DomainState, Refused, refusal
from tools_sim.toolbox import tool

_EDITABLE = ("title", "description", "status", "priority")


class TicketsState(DomainState):
    ticket_queue: list[dict[str, JsonValue]] = Field(default_factory=list)
    """Any field of a ticket may be missing: recorded configurations are ragged."""
    ticket_counter: int = 1
    current_user: str | None = None


class Tickets(Domain[TicketsState]):
    state_type = TicketsState

    @tool(writes=True)
    def ticket_login(self, username: str, password: str) -> JsonObject:
        """Log a user in to the support desk.

        Args:
            username: Name of the user.
            password: Password of the user.
        """
        if not username or not password:
            raise Refused({"success": False})
        self.state.current_user = username
        return {"success": True}

    @tool()
    def ticket_get_login_status(self) -> JsonObject:
        """Say whether a user is logged in to the support desk."""
        return {"login_status": bool(self.state.current_user)}

    @tool(writes=True)
    def logout(self) -> JsonObject:
        """Log the user out of the support desk."""
        if not self.state.current_user:
            raise Refused({"success": False})
        self.state.current_user = None
        return {"success": True}

    @tool(writes=True)
    def create_ticket(self, title: str, description: str = "", priority: int = 1) -> JsonObject:
        """Open a ticket.

        Args:
            title: What it is about, in a few words.
            description: What has happened.
            priority: How urgent it is, from 1 to 5, where 5 is the most urgent.
        """
        if not self.state.current_user:
            raise refusal("User not authenticated. Please log in to create a ticket.")
        if not 1 <= priority <= 5:
            raise refusal("Invalid priority. Priority must be between 1 and 5.")
        ticket: dict[str, JsonValue] = {
            "id": self.state.ticket_counter,
            "title": title,
            "description": description,
            "status": "Open",
            "priority": priority,
            "created_by": self.state.current_user,
        }
        self.state.ticket_queue.append(ticket)
        self.state.ticket_counter += 1
        return dict(ticket)

    @tool()
    def get_ticket(self, ticket_id: int) -> JsonObject:
        """Show a ticket.

        Args:
            ticket_id: Number of the ticket.
        """
        return dict(self._ticket(ticket_id))

    @tool()
    def get_user_tickets(self, status: str | None = None) -> list[JsonValue]:
        """List the tickets that the logged-in user opened.

        Args:
            status: Only those with this status, such as "Open"; all when left out.
        """
        if not self.state.current_user:
            raise Refused([{"error": "User not authenticated. Please log in to view tickets."}])
        mine = [t for t in self.state.ticket_queue if self._field(t, "created_by") == self.state.current_user]
        return [dict(t) for t in mine if not status or str(self._field(t, "status")).lower() == status.lower()]

    @tool(writes=True)
    def resolve_ticket(self, ticket_id: int, resolution: str) -> JsonObject:
        """Mark a ticket as resolved and say how.

        Args:
            ticket_id: Number of the ticket.
            resolution: How it was resolved.
        """
        ticket = self._ticket(ticket_id)
        if self._field(ticket, "status") == "Resolved":
            raise refusal(f"Ticket with ID {ticket_id} is already resolved.")
        ticket["status"] = "Resolved"
        ticket["resolution"] = resolution
        return {"status": f"Ticket {ticket_id} has been resolved successfully."}

    @tool(writes=True)
    def close_ticket(self, ticket_id: int) -> JsonObject:
        """Close a ticket.

        Args:
            ticket_id: Number of the ticket.
        """
        ticket = self._ticket(ticket_id)
        if self._field(ticket, "status") == "Closed":
            raise refusal(f"Ticket with ID {ticket_id} is already closed.")
        ticket["status"] = "Closed"
        return {"status": f"Ticket {ticket_id} has been closed successfully."}

    @tool(writes=True)
    def edit_ticket(self, ticket_id: int, updates: dict[str, JsonValue]) -> JsonObject:
        """Change fields of a ticket.

        Args:
            ticket_id: Number of the ticket.
            updates: New values by field; the fields are title, description, status and priority.
        """
        ticket = self._ticket(ticket_id)
        if strangers := [field for field in updates if field not in _EDITABLE]:
            raise refusal(f"Invalid fields for update: {', '.join(strangers)}")
        ticket.update(updates)
        return {"status": f"Ticket {ticket_id} has been updated successfully."}

    def _ticket(self, number: int) -> dict[str, JsonValue]:
        for ticket in self.state.ticket_queue:
            if self._field(ticket, "id") == number:
                return ticket
        raise refusal(f"Ticket with ID {number} not found.")

    def _field(self, ticket: dict[str, JsonValue], name: str) -> JsonValue:
        """In faithful mode a ticket without the field stops the search, as recorded."""
        if name not in ticket and not self.forgiving:
            raise refusal(f"Error during execution: '{name}'")
        return ticket.get(name)
