package maildomain_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// entry is what a name holds in a test's zone: TXT records, each of one or more
// strings, or an alias, or a fault.
type entry struct {
	txt   [][]string
	cname string
	fault string // "servfail", "silent", "garbage", "cut"
}

// zone is everything a test's name server knows, by names without the last dot.
// What is not there does not exist.
type zone map[string]entry

// text is an entry of records of one string each.
func text(records ...string) entry {
	var e entry
	for _, r := range records {
		e.txt = append(e.txt, []string{r})
	}
	return e
}

// serve answers for the zone on a loopback port and gives a resolver that asks
// there only.
func serve(t *testing.T, z zone) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil {
				continue
			}
			if out := z.answer(buf[:n]); out != nil {
				_, _ = conn.WriteTo(out, from)
			}
		}
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
	address := conn.LocalAddr().String()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", address)
	}}
}

// answer builds the answer to a query; nil is silence.
func (z zone) answer(query []byte) []byte {
	var p dnsmessage.Parser
	head, err := p.Start(query)
	if err != nil {
		return nil
	}
	q, err := p.Question()
	if err != nil {
		return nil
	}
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: head.ID, Response: true, RecursionAvailable: true},
		Questions: []dnsmessage.Question{q},
	}
	name := strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
	e, ok := z[name]
	for ok && e.cname != "" {
		m.Answers = append(m.Answers, dnsmessage.Resource{
			Header: header(name, dnsmessage.TypeCNAME), Body: &dnsmessage.CNAMEResource{CNAME: dnsmessage.MustNewName(e.cname + ".")},
		})
		name = e.cname
		e, ok = z[name]
	}
	switch {
	case e.fault == "silent":
		return nil
	case e.fault == "garbage":
		return []byte("\x00\x01no answer to anything")
	case e.fault == "servfail":
		m.RCode, m.Answers = dnsmessage.RCodeServerFailure, nil
	case !ok:
		m.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeTXT:
		for _, parts := range e.txt {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: header(name, dnsmessage.TypeTXT), Body: &dnsmessage.TXTResource{TXT: parts},
			})
		}
	}
	out, err := m.Pack()
	if err != nil {
		return nil
	}
	if e.fault == "cut" {
		out[7] = 3 // three answers are announced, and half a one follows
		out = append(out, 0xc0, 0x0c, 0x00, 0x10)
	}
	return out
}

func header(name string, kind dnsmessage.Type) dnsmessage.ResourceHeader {
	return dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName(name + "."), Type: kind, Class: dnsmessage.ClassINET, TTL: 60}
}

// echo is a resolver that knows one record, at every name.
type echo string

func (e echo) LookupTXT(context.Context, string) ([]string, error) { return []string{string(e)}, nil }
func (e echo) LookupCNAME(_ context.Context, host string) (string, error) {
	return string(e) + host, nil
}
