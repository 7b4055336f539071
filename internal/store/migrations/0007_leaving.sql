-- The parcels that left a place, by when: what a driver signs for.
CREATE INDEX parcel_left ON parcel (m, location, shipped_at) WHERE shipped_at > 0;
