"""Time-based one-time codes (RFC 6238): 30-second steps, six digits, each step works once, one step of slack.

Pure: the time is passed in. pyotp computes, segno draws.
"""

from __future__ import annotations

from datetime import datetime

import pyotp
import segno

STEP_SECONDS = 30


def new_secret() -> str:
    """A fresh seed, 160 random bits."""
    return pyotp.random_base32()


def code(secret: str, at: datetime) -> str:
    """The code of a moment."""
    return pyotp.TOTP(str(secret)).at(int(at.timestamp()))


def matching_step(secret: str, typed: str, at: datetime) -> int | None:
    """The time step a typed code belongs to: now, the one before or the one after; None if it fits none."""
    digits = "".join(sign for sign in typed if sign.isdigit())
    now = int(at.timestamp()) // STEP_SECONDS
    for step in (now, now - 1, now + 1):
        if len(digits) == 6 and pyotp.utils.strings_equal(pyotp.TOTP(str(secret)).at(step * STEP_SECONDS), digits):
            return step
    return None


def address(secret: str, mail: str) -> str:
    """What an authenticator application reads from the picture."""
    return pyotp.TOTP(str(secret)).provisioning_uri(name=mail, issuer_name="Odenwacht")


def picture(secret: str, mail: str) -> str:
    """The QR code as `data:` image of SVG, dark on white in every theme."""
    return segno.make(address(secret, mail), error="m").svg_data_uri(scale=5, border=4, light="#fff", omitsize=False)
