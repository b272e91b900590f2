"""Rules of `domain.md` 2.4-2.7 beyond the numbered cases, and what experience teaches about them."""

from service.inventory.asset import IdentifierKind
from service.inventory.linking import AskKind, NoteKind, Why
from tests.inventory.sightings import DOCK, M1, M2, M3, Estate, agent, day, host, row, walk

RANDOM = "da:11:22:33:44:55"


def questions(estate):
    return [(ask.kind, ask.values) for ask in estate.link().asks]


# identifiers and vetoes


def test_a_row_with_serial_and_mac_bridges_list_and_scan():
    estate = Estate()
    estate.saw(day(0, 8), bridge=row(1, serial="SERIAL-1", mac=M1))
    estate.saw(day(0), scan=host("10.0.0.5", M1))
    estate.saw(day(1), walked=walk("10.0.0.7", serials=["SERIAL-1"]))
    assert estate.assets() == ["bridge scan walked"]


def test_two_different_discovered_serials_are_never_one_asset():
    estate = Estate()
    estate.saw(day(0), a=walk("10.0.0.5", M1, serials=["SERIAL-1"]))
    estate.saw(day(1), b=walk("10.0.0.5", M1, serials=["SERIAL-2"]))
    assert estate.assets() == ["a", "b"]


def test_two_different_uuids_are_never_one_asset():
    estate = Estate()
    estate.saw(day(0), a=agent("vm1", serial="HOST-SERIAL", uuid_="11111111-2222-3333-4444-555555555555"))
    estate.saw(day(1), b=agent("vm2", serial="HOST-SERIAL", uuid_="99999999-2222-3333-4444-555555555555"))
    assert estate.assets() == ["a", "b"]


def test_a_printer_and_a_pc_with_one_name_are_two():
    estate = Estate()
    estate.saw(day(0), printer=walk("10.0.0.5", M1, says="eg-01", kind="printer"))
    estate.saw(day(0, 8), pc=row(1, name="eg-01", serial="SERIAL-1", kind="workstation"))
    assert estate.assets() == ["pc", "printer"]
    assert questions(estate) == [(AskKind.DUPLICATE, ("eg-01",))]


def test_a_misspelt_serial_in_a_list_does_not_split_what_the_mac_joins_and_is_asked_about():
    estate = Estate()
    estate.saw(day(0, 8), list=row(1, serial="FCW1929B86S", mac=M1))
    estate.saw(day(0), scan=walk("10.0.0.5", M1, serials=["FCW1929B68S"]))
    assert estate.assets() == ["list scan"]
    assert questions(estate) == [(AskKind.TYPO, ("FCW1929B86S", "FCW1929B68S"))]


def test_a_typed_serial_that_is_no_misspelling_vetoes():
    estate = Estate()
    estate.saw(day(0, 8), list=row(1, serial="ABCDEF1234", mac=M1))
    estate.saw(day(0), scan=walk("10.0.0.5", M1, serials=["XYZUVW9876"]))
    assert estate.assets() == ["list", "scan"]


def test_a_duplicate_row_of_a_list_is_the_same_device():
    estate = Estate()
    estate.saw(day(0, 8), a=row(1, serial="SERIAL-1", inventory_no="INV-1", name="pc1"), b=row(2, serial="SERIAL-1", name="pc1"))
    assert estate.assets() == ["a b"]


def test_a_serial_that_a_maker_used_twice_is_shared_and_the_numbers_keep_the_monitors_apart():
    estate = Estate()
    for week in (0, 28):
        rows = {
            f"a{week}": row(1, serial="10203040", inventory_no="INV-1", model="FlexScan EV2451", kind="monitor"),
            f"b{week}": row(2, serial="10203040", inventory_no="INV-2", model="FlexScan EV2750", kind="monitor"),
        }
        estate.saw(day(week, 8), **rows)
    assert estate.assets() == ["a0 a28", "b0 b28"]
    assert [one.kind for one in estate.link().shared] == [IdentifierKind.SERIAL]


def test_rows_without_any_identifier_are_known_again_by_their_text():
    estate = Estate()
    fields = {"room": "EG 12", "purchase_date": "2020-05-04"}
    for week in (0, 28):
        rows = {
            f"a{week}": row(3, model="P2419H", kind="monitor", fields=fields),
            f"b{week}": row(4, model="EV2451", kind="monitor"),
        }
        estate.saw(day(week, 8), **rows)
    assert estate.assets() == ["a0 a28", "b0 b28"]


def test_equal_rows_of_one_list_are_as_many_devices():
    estate = Estate()
    for week in (0, 28):
        estate.saw(
            day(week, 8), **{f"{letter}{week}": row(n, model="P2419H", kind="monitor") for n, letter in enumerate("abc", 1)}
        )
    assert estate.assets() == ["a0 a28", "b0 b28", "c0 c28"]


def test_a_serial_that_is_a_mac_meets_the_mac():
    estate = Estate()
    estate.saw(day(0, 8), list=row(1, serial="000413A1B2C3", kind="phone"))
    estate.saw(day(0), scan=host("10.0.0.5", "00:04:13:a1:b2:c3"))
    assert estate.assets() == ["list scan"]


def test_a_multihomed_server_is_one_device_through_the_walk_that_shows_both_cards():
    estate = Estate()
    estate.saw(day(0), a=host("10.0.0.5", M1, says="srv1"), b=host("10.0.9.5", M2, says="srv1"))
    estate.saw(day(0, 14), walk=walk("10.0.0.5", M1, M2, says="srv1"))
    assert estate.assets() == ["a b walk"]


def test_one_key_at_two_addresses_with_different_cards_in_one_scan_is_no_identity():
    estate = Estate()
    estate.saw(day(0), a=host("10.0.0.5", M1, ssh=["cafe"]), b=host("10.0.0.6", M2, ssh=["cafe"]))
    estate.saw(day(7), later=host("10.0.0.5", ssh=["cafe"]))
    assert estate.assets() == ["a", "b"]


def test_keys_and_certificates_behind_a_forwarded_port_do_not_join():
    estate = Estate()
    estate.saw(day(0), router=host("10.0.0.1", M1, certificates=[("f00d", 5001)]))
    estate.saw(day(3), inner=host("192.168.178.9", M2, certificates=[("f00d", 443)]))
    assert estate.assets() == ["inner", "router"]


def test_a_maker_default_name_said_by_two_at_once_joins_nobody():
    estate = Estate()
    estate.saw(day(0), a=host("10.0.0.5", M1, says="eap225"), b=host("10.0.0.6", M2, says="eap225"))
    estate.saw(day(0, 8), list=row(1, name="eap225", serial="SERIAL-1"))
    assert estate.assets() == ["a", "b", "list"]


def test_one_mac_at_three_addresses_of_one_scan_is_a_router_answering_for_others():
    estate = Estate()
    estate.saw(day(0), **{f"h{n}": host(f"10.0.0.{n}", M1, says=f"pc{n}") for n in (1, 2, 3)})
    assert estate.assets() == ["h1", "h2", "h3"]


def test_a_firewall_that_answers_on_every_address_makes_no_assets_and_one_notice():
    estate = Estate()
    crowd = {f"h{n}": host(f"10.0.7.{n}", ports=(443, 8443)) for n in range(1, 250)}
    estate.saw(day(0), pc=host("10.0.8.5", M1, ports=(445,)), **crowd)
    linking = estate.link()
    assert [estate.names(cluster.records) for cluster in linking.clusters] == ["pc"]
    assert linking.phantoms == ("10.0.7.0/24",)
    assert {one.why for one in linking.unassigned} == {Why.PHANTOM}


# shared values


def test_a_mac_whose_bearer_calls_itself_a_then_b_then_a_is_a_docks():
    estate = Estate()
    for number, name in enumerate(("nb1", "nb2", "nb1", "nb2")):
        estate.saw(day(number), **{f"d{number}": host("10.0.0.50", DOCK, says=name)})
    assert estate.assets() == ["d0 d2", "d1 d3"]


def test_a_mac_with_a_new_name_is_a_renamed_device():
    estate = Estate()
    for number, name in enumerate(("pc1", "pc1", "pc9", "pc9")):
        estate.saw(day(number), **{f"d{number}": host("10.0.0.50", M1, says=name)})
    assert estate.assets() == ["d0 d1 d2 d3"]


def test_what_only_a_shared_value_joined_is_taken_apart_when_it_proves_shared_weeks_later():
    estate = Estate()
    estate.saw(day(0), a=walk("10.0.0.5", DOCK, serials=["SERIAL-1"]))
    estate.saw(day(2), ping=host("10.0.0.50", DOCK))
    assert estate.assets() == ["a ping"]
    estate.saw(day(30), b=walk("10.0.0.6", DOCK, serials=["SERIAL-2"]))
    assert estate.assets() == ["a", "b"]
    assert estate.unassigned() == "ping"


def test_a_row_that_a_copied_serial_held_in_a_strangers_group_goes_to_its_name():
    estate = Estate()
    estate.saw(day(0, 8), one=row(1, serial="VMware-42 11 22", name="vm1"), two=row(2, serial="VMware-42 11 22", mac=M2))
    estate.saw(day(0), vm1=host("10.0.0.1", M1, says="vm1"), vm2=host("10.0.0.2", M2, says="vm2"))
    assert estate.assets() == ["one vm1", "two vm2"]


# names


def test_a_list_row_with_nothing_but_a_name_meets_the_scan_that_says_it():
    estate = Estate()
    estate.saw(day(0, 8), list=row(1, name="PC01-BUERGERBUERO.erbach.local", inventory_no="INV-1"))
    estate.saw(day(0), scan=host("10.0.0.5", M1, says="PC01-BUERGERBUE"))
    assert estate.assets() == ["list scan"]


def test_two_cards_of_one_notebook_interleave_under_one_name_and_are_one():
    estate = Estate()
    for number, mac in enumerate((M1, M2, M1, M2)):
        estate.saw(day(number), **{f"d{number}": host("10.0.0.50", mac, says="nb1")})
    assert estate.assets() == ["d0 d1 d2 d3"]


def test_name_kept_hardware_new_is_a_new_asset_and_the_one_question_a_person_gets():
    estate = Estate()
    for number, mac in enumerate((M1, M1, M2, M2)):
        estate.saw(day(number), **{f"d{number}": host("10.0.0.50", mac, says="pc1")})
    assert estate.assets() == ["d0 d1", "d2 d3"]
    assert questions(estate) == [(AskKind.REPLACED, ("pc1",))]
    assert [note.kind for note in estate.asset_of("d0").notes] == [NoteKind.NAME_REUSED]


def test_a_record_with_nothing_but_a_reused_name_goes_to_the_bearer_of_its_time():
    estate = Estate()
    estate.saw(day(0), old0=walk("10.0.0.5", M1, serials=["SERIAL-1"], says="pc1"))
    estate.saw(day(2), early=host("10.0.0.70", RANDOM, says="pc1"))
    estate.saw(day(4), old1=walk("10.0.0.5", M1, serials=["SERIAL-1"], says="pc1"))
    estate.saw(day(8), new0=walk("10.0.0.6", M2, serials=["SERIAL-2"], says="pc1"))
    estate.saw(day(10), late=host("10.0.0.71", RANDOM, says="pc1"))
    estate.saw(day(12), new1=walk("10.0.0.6", M2, serials=["SERIAL-2"], says="pc1"))
    assert estate.assets() == ["early old0 old1", "late new0 new1"]


def test_a_name_only_row_between_two_bearers_is_asked_and_a_name_only_ping_is_not():
    estate = Estate()
    estate.saw(day(0), old=walk("10.0.0.5", M1, serials=["SERIAL-1"], says="pc1"))
    estate.saw(day(4, 8), list=row(1, name="pc1"))
    estate.saw(day(5), ping=host("10.0.0.70", RANDOM, says="pc1"))
    estate.saw(day(9), new=walk("10.0.0.6", M2, serials=["SERIAL-2"], says="pc1"))
    linking = estate.link()
    assert [estate.names([one.record]) for one in linking.asked] == ["list"]
    (ask,) = (ask for ask in linking.asks if ask.kind is AskKind.BEARER)
    assert [estate.names(side) for side in ask.sides] == ["list", "old", "new"]
    assert estate.why("ping") is Why.AMBIGUOUS


def test_the_name_of_a_static_address_identifies_and_meets_the_list():
    estate = Estate()
    estate.saw(day(0, 8), list=row(1, name="cam03", inventory_no="INV-3"))
    for number in range(3):
        estate.saw(day(number), **{f"s{number}": host("10.0.0.9", M1, ptr="cam03.erbach.local")})
    assert estate.assets() == ["list s0 s1 s2"]


def test_dns_names_of_a_pool_lose_trust_at_the_first_contradiction():
    estate = Estate()
    estate.saw(
        day(0), a=host("10.0.0.101", M1, says="pc1", ptr="pc1.x.local"), b=host("10.0.0.102", M2, says="pc2", ptr="pc2.x.local")
    )
    estate.saw(
        day(1), c=host("10.0.0.102", M1, says="pc1", ptr="pc1.x.local"), d=host("10.0.0.101", M2, says="pc2", ptr="pc2.x.local")
    )
    estate.saw(day(9), silent=host("10.0.0.103", ptr="pc1.x.local"), e=host("10.0.0.104", M3))
    estate.saw(day(10), f=host("10.0.0.103", M3))
    assert estate.assets() == ["a c silent", "b d", "e f"]
    estate.saw(day(12), liar=host("10.0.0.101", M1, says="pc1", ptr="pc2.x.local"))
    assert "silent" in estate.unassigned()


def untrusted(estate):
    """The zone `x` gave a wrong name once: its word about leased addresses counts no longer."""
    estate.saw(day(0), w1=host("10.0.0.101", M1, says="pc1"), w2=host("10.0.0.150", M2, says="pc2"))
    estate.saw(day(1), w3=host("10.0.0.102", M1, says="pc1", ptr="pc2.x"), w4=host("10.0.0.151", M2, says="pc2"))


def test_a_dns_name_that_goes_where_the_card_goes_is_its_own_also_in_a_zone_without_trust():
    estate = Estate()
    untrusted(estate)
    estate.saw(day(0, 8), list=row(1, name="nb7", serial="SERIAL-7", kind="notebook"))
    estate.saw(day(2), a=host("10.0.0.110", M3, ptr="nb7.x"))
    assert "a list" not in estate.assets()
    estate.saw(day(4), b=host("10.0.0.120", M3, ptr="nb7.x"))
    assert "a b list" in estate.assets()


def test_a_dns_name_that_stays_behind_at_addresses_names_nobody():
    estate = Estate()
    untrusted(estate)
    estate.saw(day(0, 8), list=row(1, name="nb7", serial="SERIAL-7", kind="notebook"))
    for number, (address, name) in enumerate((("110", "nb7"), ("120", "nb8"), ("130", "nb8"), ("140", "nb8"), ("110", "nb7"))):
        estate.saw(day(2 + number), **{f"s{number}": host(f"10.0.0.{address}", M3, ptr=f"{name}.x")})
    assert "list" in estate.assets()
