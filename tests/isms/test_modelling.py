"""Requirements find the objects they are about."""

from isms.catalogue import Control, Part, Prop
from isms.modelling import KIND_CATEGORIES, Objekt, applies, model, tree
from isms.starter import starter
from scanners.observation import KINDS


def control(key: str, *categories: str) -> Control:
    prop = Prop("target_object_categories", ", ".join(categories), meaning="target_object_categories")
    return Control(key, key, key, (), parts=(Part("p", "statement", "x", (prop,) if categories else ()),))


def test_a_server_room_gets_the_requirements_for_rooms_and_sites_too():
    assert tree().upwards("Serverräume") == ("Serverräume", "Räume für technische Infrastruktur", "Räume", "Standorte")
    found = model(
        [Objekt("keller", ("Serverräume",))], [control("a", "Räume"), control("b", "Standorte"), control("c", "Gebäude")]
    )
    assert set(found["keller"]) == {"a", "b"}


def test_a_requirement_for_two_categories_of_one_object_stands_there_once():
    found = model([Objekt("host", ("Hostsysteme", "Virtualisierungslösungen"))], [control("a", "IT-Systeme", "Anwendungen")])
    assert found == {"host": {"a": "IT-Systeme"}}


def test_a_requirement_without_category_belongs_to_the_institution_only():
    assert applies(control("a"), ("Institution",)) == "Institution"
    assert applies(control("a"), ("Hostsysteme",)) is None


def test_an_unknown_category_stands_alone_and_breaks_nothing():
    assert applies(control("a", "Fahrzeuge"), ("Fahrzeuge",)) == "Fahrzeuge"
    assert applies(control("a", "Fahrzeuge"), ("Räume",)) is None


def test_every_kind_of_device_with_an_address_has_categories_that_the_tree_knows():
    without = {"monitor", "dock", "headset", "scanner", "projector", "virtual_address"}
    assert set(KIND_CATEGORIES) == KINDS - without
    assert {x for names in KIND_CATEGORIES.values() for x in names} <= set(tree().parents)


def test_a_switch_is_asked_about_its_administration_and_a_notebook_about_its_disk():
    controls = starter().controls
    ids = {x.key: x.id for x in controls}
    found = model([Objekt(kind, KIND_CATEGORIES[kind]) for kind in ("switch", "notebook", "printer")], controls)
    labels = {kind: {ids[x] for x in keys} for kind, keys in found.items()}
    assert {"OW-NET-08", "OW-SRV-04"} <= labels["switch"]
    assert "OW-MOB-03" not in labels["switch"]
    assert {"OW-MOB-03", "OW-ARB-01"} <= labels["notebook"]
    assert "OW-ARB-16" in labels["printer"]


def test_no_requirement_of_the_starter_is_without_an_object_in_the_standard_structure():
    from service.objects.standard import STANDARD

    objects = [Objekt(x.name, x.categories) for x in STANDARD]
    reached = {key for keys in model(objects, starter().controls).values() for key in keys}
    assert {x.id for x in starter().controls if x.key not in reached} == set()


def test_a_kompendium_requirement_belongs_where_its_module_was_placed_and_nowhere_else():
    from types import SimpleNamespace

    basis = SimpleNamespace(key="k", label="SYS.1.1.A6", categories=())
    objects = [Objekt("srv", ("Hostsysteme",), ("SYS.1.1",)), Objekt("town", ("Institution",)), Objekt("nb", ("Endgeräte",))]
    assert model(objects, [basis]) == {"srv": {"k": "SYS.1.1"}, "town": {}, "nb": {}}
