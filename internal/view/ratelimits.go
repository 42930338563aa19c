package view

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/oktaform/oktaform/schema"
)

// Forecast returns the line before a job that the org's limits make long.
func Forecast(f schema.Forecast, style Style) string {
	var load []string
	for _, bucket := range f.Load.Buckets() {
		load = append(load, fmt.Sprintf("%s in %s (%s a minute)", numbered(f.Load[bucket], "request"), Plain(bucket), number(f.Rate[bucket])))
	}
	return style.fill(fmt.Sprintf("%s %s: %s. At this org's rate limits that takes about %s.", f.Job, numbered(f.Objects, "object"), strings.Join(load, ", "), duration(f.Time)), "  ") + "\n"
}

// Waiting says what requests wait for.
func Waiting(w schema.Wait, now time.Time) string {
	limit := "its limit is used up"
	if w.Limit > 0 {
		limit = fmt.Sprintf("%s of %s a minute", number(w.Used), number(w.Limit))
	}
	return fmt.Sprintf("%s: %s, resumes in %s", Plain(w.Bucket), limit, duration(max(0, w.Until.Sub(now))))
}

// WaitLine returns the line that reports waiting requests if there is no terminal.
func WaitLine(p schema.Progress, w schema.Wait, now time.Time) string {
	line := Waiting(w, now)
	if p.Total > 0 {
		line = fmt.Sprintf("%s: %s of %s requests done. %s", p.Job, number(p.Done), number(p.Total), line)
	}
	return line + "\n"
}

// Bar returns the state of a job in one line of a terminal. In a narrow one the drawing goes first,
// then words: how much is done and when it goes on stay.
func Bar(p schema.Progress, now time.Time, width int) string {
	const cells = 24
	filled := 0
	if p.Total > 0 {
		filled = cells * p.Done / p.Total
	}
	numbers := fmt.Sprintf("%s/%s requests", number(p.Done), number(p.Total))
	graph := fmt.Sprintf("[%s%s] ", strings.Repeat("=", filled), strings.Repeat(" ", cells-filled))
	forms := []string{p.Job + " " + graph + numbers, p.Job + " " + numbers, number(p.Done) + "/" + number(p.Total)}
	if p.Wait != nil {
		all, short := Waiting(*p.Wait, now), "resumes in "+duration(max(0, p.Wait.Until.Sub(now)))
		bucket := Plain(p.Wait.Bucket) + ": " + short
		forms = []string{forms[0] + "  " + all, forms[1] + "  " + all, forms[1] + "  " + bucket, forms[2] + "  " + bucket, forms[2] + "  " + short}
	}
	for _, form := range forms {
		if width <= 0 || utf8.RuneCountInString(form) < width {
			return form
		}
	}
	last := []rune(forms[len(forms)-1])
	return string(last[:min(len(last), max(0, width-1))])
}

// Stats returns the totals of a run's requests, by bucket.
func Stats(stats []schema.BucketStats, style Style) string {
	var b strings.Builder
	total := schema.BucketStats{Bucket: "total"}
	wide := len("rate-limit bucket")
	for _, s := range stats {
		wide = max(wide, len(s.Bucket))
		total.Requests, total.Retries, total.Refused = total.Requests+s.Requests, total.Retries+s.Retries, total.Refused+s.Refused
		total.Waited = max(total.Waited, s.Waited)
	}
	fmt.Fprintf(&b, "\n%s\n", style.Bold(fmt.Sprintf("%-*s  %8s  %7s  %5s  %12s", wide, "rate-limit bucket", "requests", "retries", "429", "longest wait")))
	for _, s := range append(stats, total) {
		fmt.Fprintf(&b, "%-*s  %8s  %7s  %5s  %12s\n", wide, Plain(s.Bucket), number(s.Requests), number(s.Retries), number(s.Refused), duration(s.Waited))
	}
	return b.String()
}

// Forecast writes the forecast of a job.
func (s *Stream) Forecast(f schema.Forecast) {
	s.line("info", "forecast", strings.TrimSuffix(Forecast(f, Style{}), "\n"), map[string]any{"forecast": map[string]any{
		"job": f.Job, "objects": f.Objects, "requests": f.Load, "per_minute": f.Rate, "seconds": int(f.Time.Seconds())}})
}

// Waiting reports that requests wait for a limit.
func (s *Stream) Waiting(p schema.Progress, w schema.Wait) {
	now := s.Clock()
	s.line("info", "rate_limit_wait", strings.TrimSuffix(WaitLine(p, w, now), "\n"), map[string]any{"wait": map[string]any{
		"bucket": w.Bucket, "used": w.Used, "limit": w.Limit, "queued": w.Queued, "seconds": int(max(0, w.Until.Sub(now)).Seconds()),
		"done": p.Done, "total": p.Total}})
}

// Stats writes the totals of a run's requests.
func (s *Stream) Stats(stats []schema.BucketStats) {
	n := 0
	for _, b := range stats {
		n += b.Requests
	}
	s.line("info", "request_stats", "Requests: "+number(n), map[string]any{"buckets": stats})
}

func numbered(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return number(n) + " " + noun + "s"
}

// number formats a number with thousands separators.
func number(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// duration formats a duration for people: 12 s, 20 min, 2 h 10 min.
func duration(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Round(time.Second).Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
	}
	d = d.Round(time.Minute)
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}
