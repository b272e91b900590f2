"""Folding before comparison, junk and virtual values (`domain.md` 2.2, 2.4)."""

import pytest

from service.inventory import folding


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("S/N: czco1i2", "CZC0112"),
        ("CZC0112", "CZC0112"),
        ("SN:abc-123", "ABC123"),
        ("SNR: 12 34 56", "123456"),
        ("VMware-42 1a 2b", "VMWARE421A2B"),
    ],
)
def test_a_serial_is_compared_without_prefix_case_and_lookalikes(written, folded):
    assert folding.fold_serial(written) == folded


@pytest.mark.parametrize(
    "text",
    [
        "To be filled by O.E.M.",
        "to be filled by o.e.m",
        "To be fileld by O.E.M.",
        "Default string",
        "System Serial Number",
        "None",
        "INVALID",
        "Not Specified",
        "N/A",
        "Unknown",
        "0123456789",
        "1023456789",
        "123456789",
        "1234ABC",
        "000000000000",
        "FFFFFFFFFFFF",
        "X1",
        "",
    ],
)
def test_a_placeholder_is_no_serial_even_misspelt(text):
    assert folding.usable_serial(text) == ""


def test_a_real_serial_near_a_placeholder_stays_usable():
    assert folding.usable_serial("1234ABD") == "1234ABD"
    assert folding.usable_serial("0123456780") == "0123456780"


@pytest.mark.parametrize(
    "spelling", ["AC:CC:8E:19:7D:01", "ac-cc-8e-19-7d-01", "accc.8e19.7d01", "ACCC8E197D01", " ac:cc:8e:19:7d:01"]
)
def test_five_spellings_of_a_mac_are_one(spelling):
    assert folding.usable_mac(spelling) == "accc8e197d01"


@pytest.mark.parametrize(
    "mac",
    [
        "02:11:22:33:44:55",
        "da:11:22:33:44:55",
        "01:00:5e:00:00:01",
        "00:00:5e:00:01:0a",
        "00:00:0c:07:ac:0b",
        "00:00:0c:9f:f0:01",
        "00:07:b4:00:01:02",
        "00:00:00:00:00:00",
        "ff:ff:ff:ff:ff:ff",
        "12",
    ],
)
def test_local_multicast_and_virtual_macs_identify_nothing(mac):
    assert folding.usable_mac(mac) == ""


def test_a_kvm_guest_is_known_by_its_mac_although_the_local_bit_is_set():
    assert folding.usable_mac("52:54:00:12:34:56") == "525400123456"


def test_a_name_is_its_first_label_in_lower_case_cut_after_fifteen_characters():
    assert folding.usable_name("PC01-BUERGERBUERO.erbach.local") == "pc01-buergerbue"


@pytest.mark.parametrize(
    "name", ["UBNT", "NPI", "apc", "localhost", "switch", "printer", "10.0.0.1", "two words", "*.erbach.local"]
)
def test_names_that_nobody_gave_are_no_names(name):
    assert folding.usable_name(name) == ""


def test_a_uuid_is_the_same_in_both_byte_orders():
    assert folding.fold_uuid("00112233-4455-6677-8899-aabbccddeeff") == folding.fold_uuid("33221100-5544-7766-8899-AABBCCDDEEFF")


@pytest.mark.parametrize("text", ["0" * 32, "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "03000200-0400-0500-0006-000700080009", "x"])
def test_junk_uuids_are_none(text):
    assert folding.fold_uuid(text) == ""


@pytest.mark.parametrize(
    ("text", "folded"), [(" INV-20072 ", "inv-20072"), ("0000", ""), ("release-keys", ""), ("OZ/00250", "oz/00250")]
)
def test_inventory_numbers_are_trimmed_and_fillers_dropped(text, folded):
    assert folding.fold_inventory(text) == folded


@pytest.mark.parametrize(
    ("left", "right", "away"),
    [("FCW1929B86S", "FCW1929B68S", 1), ("ABC", "ABC", 0), ("ABCD", "ABC", 1), ("ABCDEF", "UVWXYZ", 3), ("ABCD", "BADC", 2)],
)
def test_swapped_neighbours_count_as_one_slip(left, right, away):
    assert folding.distance(left, right) == away
