package blob

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"os"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"qingdan/internal/errs"
)

// Bucket says where an S3 store is. The secret comes from the operator's
// environment, never from a command line.
type Bucket struct {
	Endpoint  string // host and port
	Name      string
	Prefix    string // before every key, such as "qingdan/"; may be empty
	AccessKey string
	Secret    string
	Region    string
	TLS       bool
}

// S3 is a Store in a bucket of an S3 service: prefix + ab/cd/<digest>. The service
// itself makes an object appear whole or not at all.
type S3 struct {
	client *minio.Client
	bucket Bucket
}

// tries is how often a request is sent: somebody waits at a form for the answer.
const tries = 3

// OpenS3 opens a bucket, which must be there: Unavailable when the service does
// not answer, Invalid when it has no such bucket.
func OpenS3(ctx context.Context, b Bucket) (*S3, error) {
	client, err := minio.New(b.Endpoint, &minio.Options{Creds: credentials.NewStaticV4(b.AccessKey, b.Secret, ""), Secure: b.TLS, Region: b.Region, MaxRetries: tries})
	if err != nil {
		return nil, errs.Invalidf("附件存储的地址不对").Because(err)
	}
	found, err := client.BucketExists(ctx, b.Name)
	if err != nil {
		return nil, away(err)
	}
	if !found {
		return nil, errs.Invalidf("附件存储里没有名为“%s”的存储桶", b.Name).Fix("请先建立存储桶")
	}
	return &S3{client, b}, nil
}

func away(err error) error {
	return errs.New(errs.Unavailable, "附件存储没有应答").Fix("请稍后再试，或者联系系统管理员").Because(err)
}

func (s *S3) key(d Digest) string {
	name := hex.EncodeToString(d[:])
	return s.bucket.Prefix + name[:2] + "/" + name[2:4] + "/" + name
}

// Put keeps the file on this machine until its digest is known, since that is its
// key, and then sends it in one request, so that nothing of it is left halfway.
func (s *S3) Put(ctx context.Context, r io.Reader, limit int64) (Digest, int64, error) {
	tmp, err := os.CreateTemp("", "qingdan-*.part")
	if err != nil {
		return Digest{}, 0, full(err)
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	d, n, err := copyHashed(ctx, tmp, r, limit)
	if err != nil {
		return Digest{}, 0, err
	}
	info, err := s.client.StatObject(ctx, s.bucket.Name, s.key(d), minio.StatObjectOptions{})
	switch {
	case err == nil && info.Size == n:
		return d, n, nil
	case err != nil && !absent(err):
		return Digest{}, 0, away(err)
	}
	if _, err := tmp.Seek(0, io.SeekStart); err != nil {
		return Digest{}, 0, full(err)
	}
	_, err = s.client.PutObject(ctx, s.bucket.Name, s.key(d), tmp, n, minio.PutObjectOptions{ContentType: "application/octet-stream", DisableMultipart: true})
	if err != nil {
		return Digest{}, 0, away(err)
	}
	return d, n, nil
}

// Open reads an object and verifies it meanwhile.
func (s *S3) Open(ctx context.Context, d Digest) (io.ReadCloser, error) {
	o, err := s.client.GetObject(ctx, s.bucket.Name, s.key(d), minio.GetObjectOptions{})
	if err != nil {
		return nil, away(err)
	}
	if _, err := o.Stat(); err != nil {
		err = errors.Join(err, o.Close())
		if absent(err) {
			return nil, missing(d)
		}
		return nil, away(err)
	}
	return newVerified(o, d), nil
}

// absent says whether the service has no such object.
func absent(err error) bool {
	var r minio.ErrorResponse
	return errors.As(err, &r) && r.StatusCode == http.StatusNotFound
}
