-- When documents of a channel's orders are issued by themselves: "hand",
-- "shipping" or "placement", for what the journal tells after since.
CREATE TABLE invoice_policy (
  m BIGINT NOT NULL,
  channel TEXT NOT NULL,
  moment TEXT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (m, channel)
);
