#!/bin/sh
# Sammelt in einem Netz ohne Verbindung zur Zentrale, was Odenwacht einliest.
#   sh sammeln.sh NETZ ORDNER [PAKETE_JE_SEKUNDE]      z. B.: sh sammeln.sh 10.20.30.0/24 /media/stick 100
# Braucht nmap; für SNMP außerdem snmpbulkwalk und eine snmp.conf neben diesem Skript. Schreibt auf kein Gerät.
set -eu
umask 077

ende() { echo "$1" >&2; exit 2; }
[ $# -ge 2 ] || ende "Aufruf: sh sammeln.sh NETZ ORDNER [PAKETE_JE_SEKUNDE]"
netz=$1 takt=${3:-100} hier=$(cd "$(dirname "$0")" && pwd)
case $netz in */*) ;; *) ende "„$netz“ ist kein Netz. Gemeint ist etwas wie 10.20.30.0/24." ;; esac
case $netz in *[!0-9./]* | .* | /*) ende "„$netz“ ist kein Netz. Gemeint ist etwas wie 10.20.30.0/24." ;; esac
case ${netz#*/} in 2[0-9] | 3[0-2]) ;; *) ende "„$netz“ ist zu groß oder kein Netz: höchstens /20, ohne Namen und Bereiche." ;; esac
case $takt in '' | *[!0-9]* | 0*) ende "„$takt“ ist keine Zahl von Paketen je Sekunde." ;; esac
command -v nmap >/dev/null || ende "nmap fehlt: apt install nmap"
ordner=$2/sammlung-$(date +%Y%m%d-%H%M%S)
mkdir -p "$ordner"
date -u +%Y-%m-%dT%H:%M:%S+00:00 >"$ordner/zeit.txt"

echo "Suche in $netz mit höchstens $takt Paketen je Sekunde …" >&2
nmap -n -sV --version-light --top-ports 200 --max-rate "$takt" --script ssl-cert,ssh-hostkey,nbstat,http-title \
  -oX "$ordner/netz.xml" "$netz" >/dev/null || ende "nmap brach ab; $ordner/netz.xml ist unvollständig."
sed -n 's/.*<address addr="\([0-9.]*\)" addrtype="ipv4".*/\1/p' "$ordner/netz.xml" | sort -u >"$ordner/adressen.txt"
echo "$(wc -l <"$ordner/adressen.txt") Geräte antworten." >&2

if [ -r "$hier/snmp.conf" ] && command -v snmpbulkwalk >/dev/null; then
  while read -r adresse; do
    walk=$ordner/$adresse.walk
    for ast in .1.3.6.1.2.1 .1.3.6.1.4.1 .1.0.8802 .1.3.6.1.6.3.10.2.1; do
      # Laufende Programme (hrSWRun) und Verbindungen (tcp) gehören nicht in den Bestand und bleiben draußen.
      SNMPCONFPATH=$hier MIBS='' snmpbulkwalk -On -t 2 -r 1 -Cr10 "$adresse" "$ast" 2>/dev/null </dev/null |
        sed -e '/^\.1\.3\.6\.1\.2\.1\.25\.[45]\./d' -e '/^\.1\.3\.6\.1\.2\.1\.6\.1[39]\./d' >>"$walk" || true
      [ -s "$walk" ] || break
    done
    [ -s "$walk" ] && echo "SNMP: $adresse" >&2 || rm -f "$walk"
  done <"$ordner/adressen.txt"
else
  echo "Ohne SNMP: snmpbulkwalk oder $hier/snmp.conf fehlt." >&2
fi
rm -f "$ordner/adressen.txt"
echo "Fertig: $ordner" >&2
