-- By which words a customer is found: of name and company, e-mail address,
-- phone number and the channel's id. Kept with the customer, in its
-- transaction: who was made a moment ago is found at once.
CREATE TABLE customer_token (
  m BIGINT NOT NULL,
  token TEXT NOT NULL,
  customer BIGINT NOT NULL,
  PRIMARY KEY (m, token, customer)
);
CREATE INDEX customer_token_customer ON customer_token (m, customer, token);
