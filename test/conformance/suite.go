// SPDX-License-Identifier: Apache-2.0

// Package conformance plays recorded answers of real servers against the emulator or any other server, and tells what
// differs. In go transcripts and binding cases, out come differences in words. With a Judge it also checks that the
// operator's own rules agree with the server on the binding cases.
//
// It may import internal/emulator; what it knows of the operator's core comes through the Judge.
package conformance

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"os"
)

//go:embed testdata
var testdata embed.FS

// Suite is what is played, and against what.
type Suite struct {
	// Transcripts is a folder; empty means the recordings that come with the suite.
	Transcripts string
	// Bindings is a file of binding cases; empty means those that come with the suite.
	Bindings string
	// Version is that of the emulator that the binding cases are played on; empty means its default.
	Version string
	// Bootstrap is a file that describes a server. Empty means a fresh emulator for each scenario.
	Bootstrap string
	// Judge is asked about binding cases; nil means that only the server is.
	Judge Judge
	// Out gets the differences and, last, the result.
	Out io.Writer
	// Show is how many differences of one scenario are told; 0 means 4.
	Show int
}

// Result counts scenarios.
type Result struct {
	TranscriptsEqual, TranscriptsDiffer int
	CasesEqual, CasesDiffer             int
}

// Differs tells whether anything differs.
func (r Result) Differs() bool { return r.TranscriptsDiffer+r.CasesDiffer > 0 }

func (r Result) String() string {
	return fmt.Sprintf("%d transcripts equal, %d differ; %d binding cases equal, %d differ",
		r.TranscriptsEqual, r.TranscriptsDiffer, r.CasesEqual, r.CasesDiffer)
}

// Run plays everything and tells the result in one last line.
func (s Suite) Run(ctx context.Context) (Result, error) {
	var out Result
	transcripts, err := s.transcripts()
	if err != nil {
		return out, err
	}
	cases, err := s.cases()
	if err != nil {
		return out, err
	}
	server, err := s.server(ctx)
	if err != nil {
		return out, err
	}
	if server != nil && s.Transcripts == "" {
		if transcripts, err = s.ofVersion(ctx, server, transcripts); err != nil {
			return out, err
		}
	}
	for _, t := range transcripts {
		diffs := s.playTranscript(ctx, server, t)
		out.TranscriptsEqual, out.TranscriptsDiffer = count(out.TranscriptsEqual, out.TranscriptsDiffer, diffs)
		s.tell(t.Scenario+" ("+t.Server+")", diffs)
	}
	for _, c := range cases {
		diffs := s.playBindings(ctx, server, c)
		out.CasesEqual, out.CasesDiffer = count(out.CasesEqual, out.CasesDiffer, diffs)
		s.tell(fmt.Sprintf("binding case %d (%s)", c.line, c.Kind), diffs)
	}
	_, err = fmt.Fprintln(s.Out, out)
	return out, err
}

func count(equal, differ int, diffs []string) (int, int) {
	if len(diffs) == 0 {
		return equal + 1, differ
	}
	return equal, differ + 1
}

// tell prints the first differences of a scenario.
func (s Suite) tell(name string, diffs []string) {
	if len(diffs) == 0 {
		return
	}
	show := s.Show
	if show == 0 {
		show = 4
	}
	_, _ = fmt.Fprintf(s.Out, "DIFFERS %s: %d differences\n", name, len(diffs))
	for _, d := range diffs[:min(show, len(diffs))] {
		_, _ = fmt.Fprintf(s.Out, "    %.400s\n", d)
	}
}

func (s Suite) transcripts() ([]Transcript, error) {
	files, err := fs.Sub(testdata, "testdata/transcripts")
	if s.Transcripts != "" {
		files = os.DirFS(s.Transcripts)
	}
	if err != nil {
		return nil, err
	}
	out, err := LoadTranscripts(files)
	if err == nil && len(out) == 0 {
		err = fmt.Errorf("no transcripts below %q", s.Transcripts)
	}
	return out, err
}

func (s Suite) cases() ([]Case, error) {
	raw, err := testdata.ReadFile("testdata/bindings.jsonl")
	if s.Bindings != "" {
		raw, err = os.ReadFile(s.Bindings)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the binding cases: %w", err)
	}
	return LoadCases(bytes.NewReader(raw))
}

func (s Suite) server(ctx context.Context) (*session, error) {
	if s.Bootstrap == "" {
		return nil, nil
	}
	return shared(ctx, s.Bootstrap)
}

// ofVersion leaves out the recordings of other versions than the server's.
func (s Suite) ofVersion(ctx context.Context, server *session, all []Transcript) ([]Transcript, error) {
	version, err := server.version(ctx)
	if err != nil {
		return nil, err
	}
	var out []Transcript
	for _, t := range all {
		if t.Server == version {
			out = append(out, t)
		}
	}
	_, _ = fmt.Fprintf(s.Out, "server %s: playing %d of %d transcripts, those recorded from this version\n",
		version, len(out), len(all))
	return out, nil
}

// open gives a clean server to a scenario.
func open(ctx context.Context, server *session, version string) (*session, error) {
	if server == nil {
		return fresh(version)
	}
	return server, server.clean(ctx)
}

func (s Suite) playTranscript(ctx context.Context, server *session, t Transcript) []string {
	on, err := open(ctx, server, t.Server)
	if err != nil {
		return []string{err.Error()}
	}
	return on.replay(ctx, t)
}

func (s Suite) playBindings(ctx context.Context, server *session, c Case) []string {
	on, err := open(ctx, server, s.Version)
	if err != nil {
		return []string{err.Error()}
	}
	diffs, err := on.playCase(ctx, c)
	if err != nil {
		return []string{err.Error()}
	}
	return append(diffs, s.Judge.check(c)...)
}
