package githubtest

import (
	"fmt"
	"net"
	"net/http"
)

const proxyPage = "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>" +
	"<body><h1>Unicorn!</h1></body></html>\n"

// fail answers as the fault says, or does not.
func (e *exchange) fail(f *Fault) {
	switch f.Kind {
	case Slow:
		select {
		case <-e.r.Context().Done():
		case <-e.s.closed:
		}
	case Reset, AppliedReset:
		e.breakOff(nil)
	case Cut:
		data := e.answer.bytes()
		head := fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
			e.answer.status, http.StatusText(e.answer.status), e.answer.kind(), len(data))
		e.breakOff(append([]byte(head), data[:len(data)/2]...))
	case Truncated:
		data := e.answer.bytes()
		e.send(answer{status: e.answer.status, raw: data[:len(data)/2], rawType: e.answer.kind()})
	case Redirect:
		target := e.s.other.url() + e.r.URL.RequestURI()
		e.send(f.dress(answer{status: http.StatusTemporaryRedirect, header: http.Header{"Location": {target}}, body: object{}}))
	default:
		e.send(f.plain())
	}
}

// plain is the answer of a kind that is nothing but an answer.
func (f *Fault) plain() answer {
	p := plainFaults()[f.Kind]
	a := refuse(p.status, "%s", p.message)
	if p.doc != "" {
		set(a.body, "documentation_url", p.doc)
	}
	a.header = http.Header{}
	for name, value := range p.headers {
		a.header.Set(name, value)
	}
	if f.Kind == HTML {
		a.raw, a.rawType = []byte(proxyPage), "text/html"
	}
	return f.dress(a)
}

// dress lets the fault's own fields replace what its kind has.
func (f *Fault) dress(a answer) answer {
	if f.Status != 0 {
		a.status = f.Status
		set(a.body, "status", fmt.Sprint(f.Status))
	}
	for name, value := range f.Headers {
		a.header.Set(name, value)
	}
	if f.Body != "" {
		a.raw, a.rawType = []byte(f.Body), a.kind()
		if kind := a.header.Get("Content-Type"); kind != "" {
			a.rawType = kind
		}
	}
	return a
}

// breakOff sends some bytes, if any, and breaks the connection.
func (e *exchange) breakOff(data []byte) {
	connection, _, err := http.NewResponseController(e.w).Hijack()
	if err != nil {
		return
	}
	defer func() {
		if err := connection.Close(); err != nil {
			return
		}
	}()
	if len(data) > 0 {
		if _, err := connection.Write(data); err != nil {
			return
		}
		return
	}
	if tcp, is := connection.(*net.TCPConn); is {
		// No lingering: the client sees a reset, not an orderly end.
		if err := tcp.SetLinger(0); err != nil {
			return
		}
	}
}
