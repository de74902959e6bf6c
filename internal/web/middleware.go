package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"time"
)

// policy is the content security policy of every page: nothing inline, nothing
// from elsewhere. Pictures may stand in the page (data:) for QR codes.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; connect-src 'self'"

// headers sets the security headers of every answer.
func (s *server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if r.TLS != nil || s.secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// recorder remembers the status and the size of an answer for the log.
type recorder struct {
	http.ResponseWriter
	status, size int
}

// WriteHeader remembers the status.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes sent.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.size += n
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// logged writes one line per request: what was asked and how it went. Neither
// the reader's address nor what was searched for is written.
func (s *server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := s.cfg.Clock()
		rec := &recorder{ResponseWriter: w}
		next.ServeHTTP(rec, r)
		s.cfg.Log.Info("request", "method", r.Method, "path", r.URL.Path, "status", rec.status, "bytes", rec.size,
			"ms", s.cfg.Clock().Sub(begin).Round(100*time.Microsecond).Seconds()*1000)
	})
}

func newZip() any {
	// The level is a constant the package knows, so there is no error.
	z, _ := gzip.NewWriterLevel(io.Discard, 5)
	return z
}

// zipper compresses a text answer as it is written.
type zipper struct {
	http.ResponseWriter
	zip     *gzip.Writer
	begun   bool
	zipping bool
}

// WriteHeader decides by the type of the answer whether it is compressed.
func (z *zipper) WriteHeader(status int) {
	if !z.begun {
		z.begun = true
		h := z.Header()
		kind := h.Get("Content-Type")
		text := strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "application/json") || strings.HasPrefix(kind, "image/svg")
		if text && h.Get("Content-Encoding") == "" && status != http.StatusNotModified && status != http.StatusNoContent {
			z.zipping = true
			h.Set("Content-Encoding", "gzip")
			h.Del("Content-Length")
		}
	}
	z.ResponseWriter.WriteHeader(status)
}

// Write compresses when WriteHeader decided so.
func (z *zipper) Write(b []byte) (int, error) {
	if !z.begun {
		z.WriteHeader(http.StatusOK)
	}
	if z.zipping {
		return z.zip.Write(b)
	}
	return z.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (z *zipper) Unwrap() http.ResponseWriter { return z.ResponseWriter }

// compressed sends text compressed to whoever takes gzip. Static files come
// compressed already and pass through.
func (s *server) compressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Encoding")
		if r.Method == http.MethodHead || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			next.ServeHTTP(w, r)
			return
		}
		zip, ok := s.zips.Get().(*gzip.Writer)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		defer s.zips.Put(zip)
		zip.Reset(w)
		z := &zipper{ResponseWriter: w, zip: zip}
		next.ServeHTTP(z, r)
		if z.zipping {
			// The connection is the reader's; a failed write has nobody to tell.
			_ = zip.Close()
		}
	})
}
