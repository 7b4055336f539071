package main

import (
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/lmittmann/tint"
)

// logFlags say how a long-running command logs. Logs go to standard error.
type logFlags struct {
	LogFormat string     `enum:"text,json" default:"text" placeholder:"FORMAT" env:"ORDERLY_LOG_FORMAT" group:"Logging" help:"text or json. Default: ${default}."`
	LogLevel  slog.Level `default:"info" placeholder:"LEVEL" env:"ORDERLY_LOG_LEVEL" group:"Logging" help:"debug, info, warn or error. Default: ${default}."`
}

func (f logFlags) logger(w io.Writer) *slog.Logger {
	switch {
	case f.LogFormat == "json":
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: f.LogLevel}))
	case terminal(w):
		return slog.New(tint.NewHandler(w, &tint.Options{Level: f.LogLevel, TimeFormat: time.TimeOnly}))
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: f.LogLevel}))
}

// unsafeToGoOn ends the process when going on could serve what is not on disk:
// the next start recovers from the log.
func unsafeToGoOn(log *slog.Logger, exit func(int)) func(error) {
	return func(err error) {
		log.Error("stopping at once; start again to recover from the log on disk", "reason", fmt.Sprint(err))
		exit(exitUnsafe)
	}
}
