"""The probe (Sonde): the same eyes inside a network that the centre cannot reach."""
