"""Read and write contracts, registered certificates and telephone systems of a town."""
