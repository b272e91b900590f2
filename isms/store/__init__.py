"""Read and write what the ISMS keeps: one module a noun, all inside `town_tx`, plain values out."""
