package shell

import "orderly/internal/web/ui"

// showcase is the page /ui: every part of the design system in every state.
func showcase(v *Visit) error { return v.Page(v.T("ui.title"), showcasePage(v)) }

var tones = []ui.Tone{ui.Neutral, ui.Accent, ui.Good, ui.Warn, ui.Bad, ui.Quiet}

var colors = []string{"bg", "surface", "sunken", "hover", "line", "line-strong", "ink", "ink-2", "ink-3", "accent", "accent-soft", "good", "good-soft", "warn", "warn-soft", "bad", "bad-soft"}

func (v *Visit) tone(t ui.Tone) string { return v.T("ui.tone_" + string(t)) }
