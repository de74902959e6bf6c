package workbook

import "unicode/utf16"

// pieces reads across a record and its CONTINUE records.
type pieces struct {
	segs [][]byte
	seg  int
	i    int
}

func (p *pieces) take(n int) ([]byte, error) {
	var out []byte
	for n > 0 {
		if p.seg >= len(p.segs) {
			return nil, errShort
		}
		cur := p.segs[p.seg][p.i:]
		if len(cur) == 0 {
			p.seg, p.i = p.seg+1, 0
			continue
		}
		k := min(n, len(cur))
		if out == nil && k == n {
			p.i += k
			return cur[:k], nil
		}
		out = append(out, cur[:k]...)
		p.i += k
		n -= k
	}
	return out, nil
}

func (p *pieces) uint(size int) (int, error) {
	b, err := p.take(size)
	if err != nil {
		return 0, err
	}
	n := 0
	for i := len(b) - 1; i >= 0; i-- {
		n = n<<8 | int(b[i])
	}
	return n, nil
}

// text reads an XLUnicodeRichExtendedString (MS-XLS 2.5.293) whose length is
// of the given size. Where characters run into a CONTINUE record, that record
// begins with the flag byte anew.
func (p *pieces) text(size int) (string, error) {
	n, err := p.uint(size)
	if err != nil {
		return "", err
	}
	flags, err := p.uint(1)
	if err != nil {
		return "", err
	}
	skip := 0
	if flags&0x08 != 0 {
		runs, err := p.uint(2)
		if err != nil {
			return "", err
		}
		skip += runs * 4
	}
	if flags&0x04 != 0 {
		ext, err := p.uint(4)
		if err != nil {
			return "", err
		}
		skip += ext
	}
	units, err := p.units(n, flags&1 != 0)
	if err != nil {
		return "", err
	}
	if _, err := p.take(skip); err != nil {
		return "", err
	}
	return string(utf16.Decode(units)), nil
}

func (p *pieces) units(n int, wide bool) ([]uint16, error) {
	units := make([]uint16, 0, min(n, 1<<16))
	for len(units) < n {
		if p.seg >= len(p.segs) {
			return nil, errShort
		}
		cur := p.segs[p.seg][p.i:]
		if len(cur) == 0 {
			p.seg, p.i = p.seg+1, 0
			flag, err := p.uint(1)
			if err != nil {
				return nil, err
			}
			wide = flag&1 != 0
			continue
		}
		size := 1
		if wide {
			size = 2
		}
		if len(cur) < size {
			return nil, errShort
		}
		k := min(n-len(units), len(cur)/size)
		for i := range k {
			u := uint16(cur[i*size])
			if wide {
				u |= uint16(cur[i*size+1]) << 8
			}
			units = append(units, u)
		}
		p.i += k * size
	}
	return units, nil
}
