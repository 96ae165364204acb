"""A strict stand-in of WeCom's (企业微信) server for the address-book batch API."""

from wecom_simulator.simulator import Simulator
from wecom_simulator.state.clock import Clock
from wecom_simulator.state.corp import Corp
from wecom_simulator.state.directory import Department, Directory, Member
from wecom_simulator.state.errors import ControlError
from wecom_simulator.state.faults import Fault
from wecom_simulator.state.switches import Switches
from wecom_simulator.web.crypto import decrypt, encrypt, sign

__all__ = [
    "Clock",
    "ControlError",
    "Corp",
    "Department",
    "Directory",
    "Fault",
    "Member",
    "Simulator",
    "Switches",
    "decrypt",
    "encrypt",
    "sign",
]
