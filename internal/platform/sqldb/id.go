package sqldb

import (
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/google/uuid"

	"qingdan/internal/errs"
)

// ID names a row: a UUIDv7 made in Go, stored as a 16-byte blob, written as
// the usual 36 characters in JSON and addresses. Ids made by one process sort
// by the order in which they were made.
//
// The zero ID means "none" and is NULL in the database, both ways: a NOT NULL
// column refuses an id somebody forgot to set.
type ID [16]byte

// NewID makes an id that nobody else has.
func NewID() ID { return ID(uuid.Must(uuid.NewV7())) }

// ParseID reads the 36-character form only.
func ParseID(s string) (ID, error) {
	u, err := uuid.Parse(s)
	if err != nil || len(s) != 36 {
		return ID{}, errs.Invalidf("编号“%.40s”不是有效的内部编号", s)
	}
	return ID(u), nil
}

// String is the 36-character form, lower case.
func (id ID) String() string { return uuid.UUID(id).String() }

// IsZero says whether the id is "none".
func (id ID) IsZero() bool { return id == ID{} }

// MarshalText is String; "none" is the empty text.
func (id ID) MarshalText() ([]byte, error) {
	if id.IsZero() {
		return []byte{}, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID{}
		return nil
	}
	v, err := ParseID(string(b))
	if err == nil {
		*id = v
	}
	return err
}

// Value hands the 16 bytes to the driver, NULL for "none".
func (id ID) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id[:], nil
}

// Scan reads 16 bytes or NULL.
func (id *ID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*id = ID{}
		return nil
	case []byte:
		if len(v) == len(id) {
			copy(id[:], v)
			return nil
		}
	}
	return fmt.Errorf("sqldb: cannot read an id from %T of the wrong form", src)
}

// Micros is the stored form of an instant: microseconds since 1970 UTC.
func Micros(t time.Time) int64 { return t.UnixMicro() }

// FromMicros is the instant stored as n, in UTC.
func FromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }
