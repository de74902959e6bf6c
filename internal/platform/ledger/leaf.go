package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"qingdan/internal/platform/sqldb"
)

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// leafForm is the public face of an entry, and what is hashed. Its fields
// stand in the order of their names; a new form gets a new number.
type leafForm struct {
	At       string          `json:"at"` // UTC, microseconds
	Digest   string          `json:"digest"`
	Division string          `json:"division"`
	ID       sqldb.ID        `json:"id"`
	Kind     string          `json:"kind"`
	Log      string          `json:"log"`
	Public   json.RawMessage `json:"public"`
	Role     string          `json:"role"`
	V        int             `json:"v"`
}

const (
	leafVersion = 1
	leafTime    = "2006-01-02T15:04:05.000000Z"
)

// privateForm is what the digest in the leaf speaks for.
type privateForm struct {
	Actor    Actor    `json:"actor"`
	Addendum []byte   `json:"addendum"`
	Subject  sqldb.ID `json:"subject"`
}

// digest commits to actor, subject and addendum without showing them.
func (r *record) digest() (string, error) {
	private, err := encode(privateForm{r.actor, r.addendum, r.subject})
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	sum.Write(r.salt)
	sum.Write(private)
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func (r *record) makeLeaf(public []byte) ([]byte, error) {
	if public != nil {
		canonical, err := isCanonical(public)
		if err != nil {
			return nil, err
		}
		if !canonical {
			return nil, errors.New("the public content is not canonical JSON")
		}
	}
	digest, err := r.digest()
	if err != nil {
		return nil, err
	}
	return encode(leafForm{
		At: sqldb.FromMicros(r.at).Format(leafTime), Digest: digest, Division: r.division, ID: r.id,
		Kind: r.kind, Log: r.log.String(), Public: public, Role: r.actor.Role, V: leafVersion,
	})
}

// publicOf gives the public content inside a leaf.
func publicOf(leaf []byte) ([]byte, error) {
	var f leafForm
	if err := json.Unmarshal(leaf, &f); err != nil {
		return nil, fmt.Errorf("ledger: leaf: %w", err)
	}
	if string(f.Public) == "null" {
		return nil, nil
	}
	return f.Public, nil
}
