// SPDX-License-Identifier: Apache-2.0

// Package emulator is a Scanopy server that keeps everything in memory and tells the truth: it answers like the
// real one, quirks included. In go HTTP requests, out come the answers that a real server of the chosen version
// gives: writes that break off half-way and stay so, services dropped without a word, a lock that sees no children.
//
// It may import the standard library, github.com/google/uuid and k8s.io/utils/clock, and nothing of ours. What
// differs between server versions is data of type dialect: versions.go tells what each changed, words.go what it calls
// things, shape.go which fields its rows have.
//
// # Layout
//
// The files follow the server: decode.go, route.go and auth.go take a request apart, one file per kind serves it,
// store_*.go is the database with its unique keys, foreign keys and cascades, rules.go has the binding rules.
//
// # Versions
//
// 0.13.5, 0.14.2 and 0.14.13 are played back from recorded answers of real servers, and where none was recorded they do
// what their public sources say; what is known to be missing of them are the exports, and the routes of what no test
// needs, such as groups, users and SNMP rows by themselves. Of the newer ones only the shape of a
// host was seen (testdata/hosts); the rest was read, and where nothing could be read they do as 0.14.13 does. Each of
// their rules has a test that names the paragraph of the notes it comes from. Guesses, which a client must not build on:
// what 0.15 and 0.16 check besides, which ways there are to write an attribution, the words for a token id or a
// certificate that is wrong, and what merging subnets answers. Not done: limits of plans, and the exception for
// containers in dropping services.
//
// # Control
//
// Besides /api the server has control endpoints. They need no header and no token, change nothing in the emulated
// data unless that is their purpose, and are neither logged nor limited nor faulted.
//
//	GET    /control/bootstrap  organization, networks and tokens, as in the bootstrap file (url is empty)
//	GET    /control/faults     the faults still waiting, first one first
//	POST   /control/faults     add a fault or a list of faults (type Fault)
//	DELETE /control/faults     forget all faults
//	GET    /control/ratelimit  {"enabled": bool}
//	PUT    /control/ratelimit  switch the limit on or off; switching also fills the bucket
//	GET    /control/log        {"counts": {"POST /api/v1/hosts": 2, …}, "entries": […]}; ?entries=false: counts alone
//	DELETE /control/log        start an empty log
//	GET    /control/state      everything that the server holds (type State)
//	POST   /control/reset      back to the state after the start: data, faults, log; tokens stay
//	PUT    /control/version    {"version": "0.17.22"}: upgrade or downgrade, data and ids stay
//
// # Faults
//
// A fault waits for requests whose method and path match and then spoils as many as it says. The first that
// matches a request wins, and only one spoils it. See type Fault for the fields; some that are often wanted:
//
//	{"path": "/hosts$", "method": "POST", "status": 503, "retryAfter": "7"}      refused, nothing written
//	{"method": "POST", "cut": true, "when": "after"}                             written, answer lost
//	{"method": "POST", "cut": true}                                              connection cut, nothing written
//	{"times": 3, "delay": "30s", "when": "after"}                                written, answered late
//	{"path": "/hosts\\?", "emptyList": true}                                     a list that lies
//	{"path": "/hosts\\?", "omit": ["<id>"], "total": 7}                          a list that lacks a row
//	{"status": 200, "body": "<html>", "contentType": "text/html"}                somebody else answers
//	{"path": "/bulk$", "afterRows": 3, "cut": true}                              killed when it has made three rows
//	{"path": "/bulk$", "afterRows": 3, "rests": true, "cut": true}               cut off, and the server goes on when …
//	{"path": "/credentials", "wakes": -1}                                        … this one comes
//	{"truncate": 100}                                                            half an answer, well framed
//	{"truncate": 100, "cut": true}                                               the connection breaks within it
//	{"status": 302, "location": "http://elsewhere/"}                             a redirect
//	{"status": 500, "body": "cannot take ECHO", "echo": "plain"}                 repeats what it was sent
package emulator
