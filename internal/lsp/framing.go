package lsp

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxMessage is the maximum length in bytes of a message: an editor sends a whole file in one.
const maxMessage = 64 << 20

// errMessage is the error of a message that cannot be read. The messages after it can.
type errMessage struct{ text string }

func (e *errMessage) Error() string { return e.text }

// reader reads messages with their headers.
type reader struct{ in *bufio.Reader }

func newReader(in io.Reader) *reader { return &reader{bufio.NewReaderSize(in, 64<<10)} }

// read returns the content of the next message. After an *errMessage it can be called again.
func (r *reader) read() ([]byte, error) {
	length, err := r.header()
	if err != nil {
		return nil, err
	}
	if length > maxMessage {
		if _, err := io.CopyN(io.Discard, r.in, length); err != nil {
			return nil, err
		}
		return nil, &errMessage{fmt.Sprintf("A message of %d bytes was skipped: oktaform reads messages of up to %d MiB.", length, maxMessage>>20)}
	}
	// The buffer grows with what arrives, because the header may promise more.
	var data bytes.Buffer
	if _, err := io.CopyN(&data, r.in, length); err != nil {
		return nil, err
	}
	return data.Bytes(), nil
}

const contentLength = "content-length:"

// header reads the header of a message and returns the length of its content.
func (r *reader) header() (int64, error) {
	length, lines := int64(-1), 0
	var invalid error
	for {
		line, err := r.in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			invalid = &errMessage{"A line of a message's header is too long."}
			continue
		}
		if err != nil {
			return 0, err
		}
		text := strings.TrimRight(string(line), "\r\n")
		if text == "" && lines == 0 && invalid == nil {
			continue // an empty line between messages
		}
		if text == "" {
			break
		}
		lines++
		// The header may follow the rest of a message that was longer than it said.
		at := strings.Index(strings.ToLower(text), contentLength)
		if at < 0 {
			if !strings.Contains(text, ":") {
				invalid = &errMessage{"A message has no header: it must begin with Content-Length, a colon and the number of bytes."}
			}
			continue
		}
		value := text[at+len(contentLength):]
		if length, err = strconv.ParseInt(strings.TrimSpace(value), 10, 64); err != nil || length < 0 {
			length, invalid = -1, &errMessage{"The Content-Length of a message is not a number of bytes."}
		} else {
			invalid = nil // what came before was no header
		}
	}
	if length >= 0 && invalid == nil {
		return length, nil
	}
	if invalid == nil {
		invalid = &errMessage{"A message has no Content-Length."}
	}
	return 0, invalid
}

// write writes a message with its header.
func write(w io.Writer, m *message) error {
	m.Version = "2.0"
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = w.Write(append(fmt.Appendf(nil, "Content-Length: %d\r\n\r\n", len(data)), data...))
	return err
}
