"""A strict stand-in of WeCom's (企业微信) server for the address-book batch API."""

from wecom_simulator.simulator import Simulator
from wecom_simulator.state.clock import SimulatedClock
from wecom_simulator.state.corp import Corp
from wecom_simulator.state.directory import AddressBook, BookDepartment, Member
from wecom_simulator.state.errors import ControlError
from wecom_simulator.web.crypto import decrypt, sign

__all__ = [
    "AddressBook",
    "BookDepartment",
    "ControlError",
    "Corp",
    "Member",
    "SimulatedClock",
    "Simulator",
    "decrypt",
    "sign",
]
