package demo

import (
	"context"
	"time"
)

// maxLag is how far the simulation may fall behind the clock, be it that the
// machine is too slow or that it slept. What is more is not made up for.
const maxLag = 5 * time.Second

// Run furnishes the merchant, plays the past up to Opening and goes on at the
// demo's speed until the context ends, which is no error, or until nothing can
// be shown any more, which is one. A step that has begun is finished.
func (m *Demo) Run(ctx context.Context, s *Show) error {
	whole := context.WithoutCancel(ctx)
	began := time.Now()
	if err := m.Furnish(whole); err != nil {
		return err
	}
	s.say("%s opens with %d items, %d customers and %d locations (%.1f s)", m.world.Merchant.Name, len(m.world.Items),
		len(m.customers), len(m.locations), time.Since(began).Seconds())
	live := false
	p := pace{speed: m.speed}
	for ctx.Err() == nil && s.err == nil {
		if !live && m.Clock() >= Opening {
			live = true
			s.say("the last two days were played in %.1f s: %d orders; from now on a minute is %d minutes there",
				time.Since(began).Seconds(), m.tally.Count[Placed], m.speed)
			p.start(time.Now())
		}
		if live && !m.wait(ctx, &p, s) {
			break
		}
		events, err := m.Step(whole)
		if err != nil {
			return err
		}
		s.step(m, events)
	}
	return s.err
}

// wait waits until the next step is due, and draws meanwhile. It is false when
// there will be none.
func (m *Demo) wait(ctx context.Context, p *pace, s *Show) bool {
	for {
		left := p.until(m.Clock(), time.Now())
		if left <= 0 {
			return true
		}
		timer := time.NewTimer(min(left, redrawEvery))
		select {
		case <-ctx.Done():
			timer.Stop()
			return false
		case <-timer.C:
		}
		if s.figures(m); s.err != nil {
			return false
		}
	}
}

// pace says when simulated time is due on the wall clock.
type pace struct {
	speed int
	zero  time.Time // the wall clock at Opening
}

func (p *pace) start(now time.Time) { p.zero = now }

// until is how long to wait for a simulated time; not positive when it is due.
// When the simulation is further behind than maxLag, the pace starts anew from
// where it is.
func (p *pace) until(at time.Duration, now time.Time) time.Duration {
	left := p.zero.Add((at - Opening) / time.Duration(p.speed)).Sub(now)
	if left < -maxLag {
		p.zero = p.zero.Add(-left)
		return 0
	}
	return left
}
