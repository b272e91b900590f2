"""Which operating system is a kind of which: Debian is a Linux, Proxmox VE a Debian. Pure, data first.

A source that sees the kernel only and one that sees the distribution do not contradict each other; the distribution
says more, and only it has a date on which its maker's support ends.
"""

from __future__ import annotations

_FAMILIES = {
    "linux": (
        """debian ubuntu centos almalinux fedora suse opensuse sles rhel alpine arch openwrt univention routeros unifi edgeos
        airos vyos ipfire android gaia raspbian sophos securepoint pan-os dd-wrt proxmox rocky""",
        ("red hat", "oracle linux", "raspberry pi os", "synology dsm", "qnap qts", "truenas scale", "fritz!os", "linux mint"),
    ),
    "debian": ("univention raspbian vyos", ("proxmox", "raspberry pi os", "truenas scale", "linux mint")),
    "ubuntu": ("", ("linux mint",)),
    "freebsd": ("pfsense opnsense truenas freenas", ("truenas core",)),
}  # fmt: skip
"""Family → first words and first parts of the names that belong to it."""

_WORDS = {family: frozenset(words.split()) for family, (words, _parts) in _FAMILIES.items()}


def is_kind_of(name: str, family: str) -> bool:
    """`("Debian", "Linux")` → True; a system is no kind of itself."""
    name, family = name.casefold(), family.casefold()
    if family not in _FAMILIES or name == family:
        return False
    words, parts = _WORDS[family], _FAMILIES[family][1]
    return name.split(maxsplit=1)[0] in words or name.startswith(parts)
