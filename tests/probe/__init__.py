"""The probe and what the centre has for it."""

from service.audit.chain import Actor

BY = Actor("Test")
