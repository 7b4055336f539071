-- Only cases that missed a target and want something of us: it stays small
-- however many there were.
CREATE INDEX support_case_missed ON support_case (m, id) WHERE escalated > 0 AND resolved_at = 0 AND paused_at = 0;
