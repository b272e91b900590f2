r"""Devices are data: the YAML files of this folder say what a device is, no code names a vendor.

A file is a list of definitions. A definition holds when all its conditions do:

    object_id: [1.3.6.1.4.1.9.1]            sysObjectID is one of these or below one
    descr: 'Version (?P<os_version>\\S+)'    sysDescr matches; named groups are fields
    exists: [1.3.6.1.4.1.6574.1.5.1.0]      the device has one of these instances

and then says fields (`vendor kind model os os_version firmware serial uuid`):

    kind: switch                            as a value
    models: {'1208': {model: …}}            by the rest of sysObjectID behind `object_id`
    read: {serial: [OID, {oid: OID.*, pattern: '(…)'}]}   from the device; `.*` is the first value of a column,
                                            `format: 'X {}'` puts the part found by the pattern into a text
    serial: '{mac}'                         the maker prints the device's own MAC as serial number
    extract: ['…(?P<model>…)']              from sysDescr, without being a condition
    lookup: {build: {'17763': {…}}}         by what a named group or a read gave
    members: {serial: OID, model: OID}      columns of the maker's table of stack members, where ENTITY-MIB names none

`general.yaml` holds for every device: words and places that makers share. `vendors.yaml` says who stands behind an
enterprise number and what a maker of one sort of device builds, `enterprises.tsv` has the rest of IANA's register.
A new device is an entry in a file here, a recording in `tests/scanners/devices/recordings/<file>/` and the facts expected
of it; a test demands all three.

The longest `object_id` wins, then the one with more conditions, then the earlier one; others fill what is left.
ENTITY-MIB stands before `model` and `serial` of a definition unless `over_entity` names the field.
"""
