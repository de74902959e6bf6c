package ui

import (
	"encoding/base64"
	"fmt"
	"html/template"

	"github.com/skip2/go-qrcode"
)

// Image is a picture inside the page (a data: address).
type Image struct {
	Src template.URL
	Alt string
}

// QR draws the QR code of an address: two points a module, enlarged without
// smoothing when shown.
func QR(address string) (Image, error) {
	q, err := qrcode.New(address, qrcode.Medium)
	if err != nil {
		return Image{}, fmt.Errorf("QR code: %w", err)
	}
	png, err := q.PNG(-2)
	if err != nil {
		return Image{}, fmt.Errorf("QR code: %w", err)
	}
	// The address is base64 of a picture made here, so it is safe as a URL.
	return Image{template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png)), "二维码：" + address}, nil
}
