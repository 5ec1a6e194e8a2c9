"""An append-only log of typed, versioned events; leases; artifacts. Knows no film."""
