"""The identity test cases I1-I12 of `domain.md` 2.8, word by word."""

from service.inventory.asset import IdentifierKind, RelationKind
from service.inventory.folding import fold_serial
from service.inventory.linking import NoteKind
from tests.inventory.sightings import DOCK, M1, M2, M3, Estate, day, host, row, walk


def shared(estate):
    return {(one.kind, one.value) for one in estate.link().shared}


def test_i1_one_mac_at_two_addresses_is_one_asset_seen_twice():
    estate = Estate()
    estate.saw(day(0), mon=host("10.61.20.34", M1))
    estate.saw(day(2), wed=host("10.61.20.77", M1))
    assert estate.assets() == ["mon wed"]


def test_i2_a_placeholder_does_not_make_two_pcs_one():
    estate = Estate()
    estate.saw(day(0), a=row(1, serial="Default string", mac=M1), b=row(2, serial="Default string", mac=M2))
    assert estate.assets() == ["a", "b"]


def test_i3_a_dock_under_three_notebooks_is_learned_as_shared_and_its_own_asset():
    estate = Estate()
    macs = {1: M1, 2: M2, 3: M3}
    for number, mac in macs.items():
        seen = {f"own{number}": walk("10.0.0.9", mac, serials=[f"SER000{number}"], says=f"nb{number}", kind="notebook")}
        estate.saw(day(number), **seen)
        estate.saw(day(number + 7), **{f"dock{number}": host("10.0.0.50", DOCK, says=f"nb{number}")})
    estate.saw(day(0), list_dock=row(9, serial="DOCK4711", mac=DOCK, kind="dock"))
    assert estate.assets() == ["dock1 own1", "dock2 own2", "dock3 own3", "list_dock"]
    assert (IdentifierKind.MAC, DOCK.replace(":", "")) in shared(estate)


def test_i3_the_dock_is_found_out_without_a_list_too():
    estate = Estate()
    for number, (mac, serial) in enumerate([(M1, "SERIAL-A1"), (M2, "SERIAL-B2"), (M3, "SERIAL-C3")]):
        estate.saw(day(0, 8 + number), **{f"list{number}": row(number + 1, serial=serial, mac=mac, name=f"nb{number}")})
        estate.saw(day(1 + number), **{f"dock{number}": walk("10.0.0.5", DOCK, serials=[serial])})
    assert estate.assets() == ["dock0 list0", "dock1 list1", "dock2 list2"]
    assert (IdentifierKind.MAC, DOCK.replace(":", "")) in shared(estate)


def test_i4_one_name_in_two_towns_is_two_assets():
    erbach, michelstadt = Estate(1), Estate(2)
    erbach.saw(day(0), pc=host("10.61.1.5", says="pc01"))
    michelstadt.saw(day(0), pc=host("10.62.1.5", says="pc01"))
    assert erbach.assets() == ["pc"] == michelstadt.assets()
    assert erbach.asset_of("pc").anchor != michelstadt.asset_of("pc").anchor


def test_i5_new_hardware_with_the_old_name_is_a_new_asset_and_the_old_one_gets_a_note():
    estate = Estate()
    estate.saw(day(0), old=walk("10.0.0.5", M1, serials=["SERIAL-1"], says="pc07", kind="workstation"))
    estate.saw(day(9), new=walk("10.0.0.5", M2, serials=["SERIAL-2"], says="pc07", kind="workstation"))
    assert estate.assets() == ["new", "old"]
    note = estate.asset_of("old").notes[0]
    assert (note.kind, note.value, note.other) == (NoteKind.NAME_REUSED, "pc07", estate.asset_of("new").anchor)
    assert estate.asset_of("new").notes == ()


def test_i6_a_new_serial_at_a_printers_address_is_a_new_asset():
    estate = Estate()
    estate.saw(day(0), old=walk("10.0.0.9", M1, serials=["PRN0001"], kind="printer"))
    estate.saw(day(7), new=walk("10.0.0.9", M2, serials=["PRN0002"], kind="printer"))
    assert estate.assets() == ["new", "old"]


def test_i7_a_management_controller_manages_its_host_and_shares_its_serial():
    estate = Estate()
    estate.saw(day(0), ilo=walk("10.0.0.2", M1, serials=["CZJ1234567"], kind="management_controller"))
    estate.saw(day(0, 8), server=row(1, serial="CZJ1234567", mac=M2, kind="server"))
    assert estate.assets() == ["ilo", "server"]
    (relation,) = estate.link().relations
    assert relation.kind is RelationKind.MANAGES
    assert (relation.source, relation.target) == (estate.ids["ilo"], estate.ids["server"])
    assert shared(estate) == set()


def test_i7_a_record_of_unknown_kind_with_that_serial_is_the_hosts():
    estate = Estate()
    estate.saw(day(0), ilo=walk("10.0.0.2", M1, serials=["CZJ1234567"], kind="management_controller"))
    estate.saw(day(0, 8), server=row(1, serial="CZJ1234567", kind="server"), plain=row(2, serial="CZJ1234567"))
    assert estate.assets() == ["ilo", "plain server"]


def test_i8_a_stack_is_one_asset_with_three_members():
    estate = Estate()
    stack = walk("10.0.0.3", M1, serials=["FOC1AAA"], members=["FOC1AAA", "FOC1BBB", "FOC1CCC"], kind="switch")
    estate.saw(day(0), stack=stack)
    estate.saw(day(0, 8), a=row(1, serial="FOC1AAA", kind="switch"), b=row(2, serial="FOC1BBB", kind="switch"))
    assert estate.assets() == ["a b stack"]
    notes = [note.value for note in estate.asset_of("stack").notes if note.kind is NoteKind.MEMBERS]
    assert notes == ["F0C1AAA", "F0C1BBB", "F0C1CCC"]


def test_i8_two_rows_of_a_stack_with_one_network_card_and_two_numbers_are_one():
    estate = Estate()
    estate.saw(day(0, 8), a=row(1, serial="FOC1AAA", mac=M1, name="sw1", inventory_no="7"), b=row(2, mac=M1, inventory_no="7-2"))
    estate.saw(day(0), stack=walk("10.0.0.3", M1, members=["FOC1AAA", "FOC1BBB"], kind="switch"))
    assert estate.assets() == ["a b stack"]


def test_i9_a_gateway_address_is_an_asset_beside_its_two_nodes():
    estate = Estate()
    estate.saw(
        day(0),
        gateway=host("10.0.0.1", "00:00:5e:00:01:0a", ssh=["aaaa"]),
        left=host("10.0.0.2", M1, ssh=["aaaa"]),
        right=host("10.0.0.3", M2, ssh=["bbbb"]),
    )
    estate.saw(day(7), gateway2=host("10.0.0.1", "00:00:5e:00:01:0a", ssh=["bbbb"]))
    assert estate.assets() == ["gateway gateway2", "left", "right"]
    assert estate.asset_of("gateway").virtual
    floats = {(r.source, r.target) for r in estate.link().relations if r.kind is RelationKind.FLOATS_BETWEEN}
    assert floats == {(estate.ids["gateway"], estate.ids["left"]), (estate.ids["gateway"], estate.ids["right"])}


def test_i10_an_address_between_two_sightings_of_one_device_is_that_device():
    estate = Estate()
    estate.saw(day(4), before=host("10.0.0.8", M1))
    estate.saw(day(7), ping=host("10.0.0.8"))
    estate.saw(day(11), after=host("10.0.0.8", M1))
    assert estate.assets() == ["after before ping"]


def test_i10_an_address_that_changed_hands_in_between_is_nobodys():
    estate = Estate()
    estate.saw(day(4), before=host("10.0.0.8", M1))
    estate.saw(day(7), ping=host("10.0.0.8"))
    estate.saw(day(11), after=host("10.0.0.8", M2))
    assert estate.assets() == ["after", "before"]
    assert estate.unassigned() == "ping"


def test_i11_a_serial_in_two_spellings_is_one():
    assert fold_serial("S/N: czco1i2") == fold_serial("CZC0112") == "CZC0112"
    estate = Estate()
    estate.saw(day(0, 8), list=row(1, serial="S/N: czco1i2"))
    estate.saw(day(0), scan=walk("10.0.0.4", M1, serials=["CZC0112"]))
    assert estate.assets() == ["list scan"]


def test_i12_three_copies_of_a_virtual_machine_are_three_assets():
    estate = Estate()
    clones = {
        f"vm{n}": host(f"10.0.0.{n}", mac, ssh=["cafe"], serials=("VMware-42 aa bb",)) for n, mac in enumerate((M1, M2, M3), 1)
    }
    estate.saw(day(0), **clones)
    assert estate.assets() == ["vm1", "vm2", "vm3"]
    assert shared(estate) == {(IdentifierKind.SERIAL, "VMWARE42AABB"), (IdentifierKind.SSH_KEY, "cafe")}
