"""Every domain by the name scenarios use, and by the name of the recorded class it behaves like."""

from collections.abc import Mapping
from typing import Any

from tools_sim.domain import Domain
from tools_sim.domains.appointments import Calendar
from tools_sim.domains.filesystem import Filesystem
from tools_sim.domains.job_search import JobSearch
from tools_sim.domains.mathematics import Mathematics
from tools_sim.domains.messaging import Messaging
from tools_sim.domains.shopping import Shopping
from tools_sim.domains.smart_home import SmartHome
from tools_sim.domains.social_media import SocialMedia
from tools_sim.domains.tickets import Tickets
from tools_sim.domains.trading import Trading
from tools_sim.domains.travel import Travel
from tools_sim.domains.vehicle import Vehicle

DOMAINS: Mapping[str, type[Domain[Any]]] = {
    "calendar": Calendar,
    "filesystem": Filesystem,
    "job_search": JobSearch,
    "math": Mathematics,
    "messaging": Messaging,
    "shopping": Shopping,
    "smart_home": SmartHome,
    "social_media": SocialMedia,
    "tickets": Tickets,
    "trading": Trading,
    "travel": Travel,
    "vehicle": Vehicle,
}

RECORDED_CLASSES: Mapping[str, str] = {
    "GorillaFileSystem": "filesystem",
    "MathAPI": "math",
    "MessageAPI": "messaging",
    "TwitterAPI": "social_media",
    "TicketAPI": "tickets",
    "TradingBot": "trading",
    "TravelAPI": "travel",
    "VehicleControlAPI": "vehicle",
}
