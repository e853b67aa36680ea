package parser

import (
	"encoding/binary"
)

// The tokens of binary XML ([MS-EVEN6] 2.2.12). Bit 0x40 on some of them says
// that more follows (attributes, another attribute, more text); it adds
// nothing that the next token does not say and is masked.
const (
	tokenEnd          = 0x00
	tokenOpen         = 0x01
	tokenCloseStart   = 0x02
	tokenCloseEmpty   = 0x03
	tokenCloseElement = 0x04
	tokenText         = 0x05
	tokenAttribute    = 0x06
	tokenCDATA        = 0x07
	tokenCharRef      = 0x08
	tokenEntityRef    = 0x09
	tokenPITarget     = 0x0a
	tokenPIData       = 0x0b
	tokenTemplate     = 0x0c
	tokenSubstitution = 0x0d
	tokenOptional     = 0x0e
	tokenHeader       = 0x0f

	moreFlag = 0x40
)

// maxElementDepth bounds the nesting of elements of one fragment. Real events
// use fewer than ten.
const maxElementDepth = 64

// token is one step of a fragment. Its slices point into the chunk.
type token struct {
	kind  byte
	index uint16 // of a substitution
	name  []byte // UTF-16LE: an element's, attribute's, entity's or instruction's
	text  []byte // UTF-16LE: character data as it stands
}

// tokenizer walks one fragment of binary XML and hands out only sequences of
// tokens that form elements: who reads them need not check their order.
type tokenizer struct {
	chunk    []byte
	pos, end int
	// dependencies is true within a template's definition: there every
	// element names the value that it depends on. Elsewhere it does not.
	dependencies bool
	depth        int
	state        byte
	// inlined, if not nil, collects where names are, for comparing templates.
	names *[]nameAt
}

const (
	inContent = iota
	inTag
	inAttribute
	inInstruction
)

// nameAt is one use of a name in a template's definition.
type nameAt struct {
	pos    int // of the name's offset, in the chunk
	inline bool
	name   []byte
}

func (t *tokenizer) need(n int) error {
	if t.end-t.pos < n {
		return errCutOff
	}
	return nil
}

// next returns the next token. At the end of the fragment it returns tokenEnd
// again and again. tokenTemplate is returned unread: pos is still at it.
func (t *tokenizer) next(tok *token) error {
	if t.pos >= t.end {
		if t.depth > 0 || t.state != inContent {
			return errCutOff
		}
		tok.kind = tokenEnd
		return nil
	}
	b := t.chunk[t.pos]
	switch b {
	case tokenOpen | moreFlag, tokenText | moreFlag, tokenAttribute | moreFlag,
		tokenCDATA | moreFlag, tokenCharRef | moreFlag, tokenEntityRef | moreFlag:
		b &^= moreFlag
	}
	tok.kind = b
	switch t.state {
	case inTag, inAttribute:
		return t.nextInTag(b, tok)
	case inInstruction:
		if b != tokenPIData {
			return errGrammar
		}
		t.state = inContent
		return t.counted(tok, 1)
	}
	return t.nextInContent(b, tok)
}

func (t *tokenizer) nextInTag(b byte, tok *token) error {
	switch b {
	case tokenAttribute:
		t.state = inAttribute
		t.pos++
		return t.name(tok)
	case tokenCloseStart:
		t.state = inContent
		t.pos++
		return nil
	case tokenCloseEmpty:
		t.state = inContent
		t.depth--
		t.pos++
		return nil
	case tokenText, tokenSubstitution, tokenOptional, tokenCharRef, tokenEntityRef:
		if t.state != inAttribute {
			return errGrammar
		}
		return t.data(b, tok)
	}
	if b > tokenHeader {
		return errToken
	}
	return errGrammar
}

func (t *tokenizer) nextInContent(b byte, tok *token) error {
	if t.depth == 0 {
		switch b {
		case tokenOpen, tokenPITarget, tokenEnd, tokenTemplate:
		case tokenHeader:
			if err := t.need(4); err != nil {
				return err
			}
			t.pos += 4
			return t.next(tok)
		default:
			if b > tokenHeader {
				return errToken
			}
			return errGrammar
		}
	}
	switch b {
	case tokenEnd:
		if t.depth > 0 {
			return errGrammar
		}
		return nil
	case tokenOpen:
		return t.open(tok)
	case tokenCloseElement:
		t.depth--
		t.pos++
		return nil
	case tokenPITarget:
		t.state = inInstruction
		t.pos++
		return t.name(tok)
	case tokenTemplate:
		if t.depth > 0 {
			return errGrammar
		}
		return nil
	case tokenText, tokenSubstitution, tokenOptional, tokenCharRef, tokenEntityRef, tokenCDATA:
		return t.data(b, tok)
	}
	if b > tokenHeader {
		return errToken
	}
	return errGrammar
}

// open reads the start of an element: its length and the length of its list
// of attributes say nothing that the tokens do not, and are passed over.
func (t *tokenizer) open(tok *token) error {
	more := t.chunk[t.pos]&moreFlag != 0
	skip := 5
	if t.dependencies {
		skip = 7
	}
	if err := t.need(skip); err != nil {
		return err
	}
	t.pos += skip
	if err := t.name(tok); err != nil {
		return err
	}
	if more {
		if err := t.need(4); err != nil {
			return err
		}
		t.pos += 4
	}
	t.depth++
	t.state = inTag
	if t.depth > maxElementDepth {
		return errDepth
	}
	return nil
}

// name reads a reference to a name. The name itself follows if this is its
// first use in the chunk: a link to the next name of the same hash, the hash,
// the count of characters, the characters and a zero.
func (t *tokenizer) name(tok *token) error {
	if err := t.need(4); err != nil {
		return err
	}
	at := t.pos
	offset := int64(binary.LittleEndian.Uint32(t.chunk[at:]))
	t.pos += 4
	inline := offset == int64(t.pos)
	limit := int64(len(t.chunk))
	if inline {
		limit = int64(t.end)
	}
	if offset < chunkHeaderSize || offset+8 > limit {
		return errName
	}
	n := 2 * int64(binary.LittleEndian.Uint16(t.chunk[offset+6:]))
	if offset+8+n > limit {
		return errName
	}
	tok.name = t.chunk[offset+8 : offset+8+n]
	if inline {
		if offset+8+n+2 > limit {
			return errName
		}
		t.pos = int(offset + 8 + n + 2)
	}
	if t.names != nil {
		*t.names = append(*t.names, nameAt{at, inline, tok.name})
	}
	return nil
}

// data reads a token of character data.
func (t *tokenizer) data(b byte, tok *token) error {
	switch b {
	case tokenText:
		if err := t.need(2); err != nil {
			return err
		}
		if t.chunk[t.pos+1] != 0x01 {
			return errGrammar
		}
		return t.counted(tok, 2)
	case tokenCDATA:
		return t.counted(tok, 1)
	case tokenSubstitution, tokenOptional:
		if err := t.need(4); err != nil {
			return err
		}
		tok.index = binary.LittleEndian.Uint16(t.chunk[t.pos+1:])
		t.pos += 4
		return nil
	case tokenCharRef:
		if err := t.need(3); err != nil {
			return err
		}
		tok.text = t.chunk[t.pos+1 : t.pos+3]
		t.pos += 3
		return nil
	}
	t.pos++
	if err := t.name(tok); err != nil {
		return err
	}
	tok.text = entity(tok.name)
	return nil
}

// counted reads text that follows its count of characters at pos+skip.
func (t *tokenizer) counted(tok *token, skip int) error {
	if err := t.need(skip + 2); err != nil {
		return err
	}
	n := 2 * int(binary.LittleEndian.Uint16(t.chunk[t.pos+skip:]))
	t.pos += skip + 2
	if err := t.need(n); err != nil {
		return err
	}
	tok.text = t.chunk[t.pos : t.pos+n]
	t.pos += n
	return nil
}

// entity returns what a reference to an entity stands for, in UTF-16LE: one
// of the five that XML knows, else the reference itself.
func entity(name []byte) []byte {
	switch string(name) {
	case "a\x00m\x00p\x00":
		return []byte("&\x00")
	case "l\x00t\x00":
		return []byte("<\x00")
	case "g\x00t\x00":
		return []byte(">\x00")
	case "q\x00u\x00o\x00t\x00":
		return []byte("\"\x00")
	case "a\x00p\x00o\x00s\x00":
		return []byte("'\x00")
	}
	ref := append([]byte("&\x00"), name...)
	return append(ref, ';', 0)
}
