"""Who is plugged in where: links between devices out of neighbour protocols and forwarding tables. Pure."""

from service.inventory.topology.facts import Facts, Hearing, facts_of
from service.inventory.topology.links import derive
from service.inventory.topology.words import Confidence, Device, How, Link

__all__ = ["Confidence", "Device", "Facts", "Hearing", "How", "Link", "derive", "facts_of"]
