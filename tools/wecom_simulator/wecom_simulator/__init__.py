"""A strict stand-in of WeCom's (企业微信) server for the address-book batch API."""

from .clock import Clock
from .corp import Corp
from .directory import Department, Directory, Member
from .errors import ControlError
from .faults import Fault
from .simulator import Simulator
from .switches import Switches

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
]
