// SPDX-License-Identifier: Apache-2.0

package scanopy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
)

var errTooLarge = errors.New("answer too large")

// describe turns a failure without a whole answer into an *Error. Its words
// are ours: those of the libraries hold addresses, ports and URLs.
func describe(parent context.Context, err error, status int, sent bool, timeout time.Duration) *Error {
	e := &Error{Reason: Unreachable, Status: status, Sent: sent}
	netErr, isNet := errors.AsType[net.Error](err)
	refused, isRefused := errors.AsType[refusedAddress](err)
	switch {
	case parent.Err() != nil:
		e.Reason, e.Message, e.cause = Canceled, "the request was given up", plainCause(parent.Err())
	case errors.Is(err, errTooLarge):
		e.Reason, e.Message = TooLarge, "the answer is larger than 32 MiB"
	case isRefused:
		e.Reason, e.Message = InvalidConnection, refused.Error()
	case errors.Is(err, context.DeadlineExceeded), isNet && netErr.Timeout():
		e.Reason, e.Message, e.cause = Timeout, "no whole answer within "+timeout.String(), context.DeadlineExceeded
	case certificateFault(err) != "":
		e.Reason, e.Message = InvalidConnection, certificateFault(err)
	default:
		e.Message = connectionFault(err)
	}
	return e
}

func plainCause(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return context.DeadlineExceeded
	}
	return context.Canceled
}

// certificateFault says what is wrong with the server's certificate or TLS.
func certificateFault(err error) string {
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "the server's certificate is signed by an unknown authority; give its CA"
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "the server's certificate is not for this host name"
	}
	if bad, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		if bad.Reason == x509.Expired {
			return "the server's certificate has expired or is not valid yet"
		}
		return "the server's certificate is not valid"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "the server's certificate is not trusted"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok || errors.Is(err, http.ErrSchemeMismatch) {
		return "the server does not speak TLS on this port; is the URL http?"
	}
	return ""
}

// connectionFault says why there was no whole answer.
func connectionFault(err error) string {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsNotFound {
			return "the server's host name is not known"
		}
		return "the server's host name could not be resolved"
	}
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno.Error()
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "the connection was closed before the answer was whole"
	}
	if strings.Contains(err.Error(), "tls: ") { // the library has no type for these
		return "the TLS handshake failed; TLS 1.2 or later is needed"
	}
	return "the connection failed"
}
