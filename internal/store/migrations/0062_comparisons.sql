-- What a place was asked to send, by when.
CREATE INDEX fulfillment_released ON fulfillment (m, location, released_at) WHERE released_at > 0;
