package parser

import "errors"

// Why a file is refused as a whole. Everything less is damage, and is read
// around.
var (
	ErrEmpty     = errors.New("the file is empty (zero bytes)")
	ErrOldFormat = errors.New("the file is an event log of Windows XP or 2003 (.evt), which is another format; on Windows, wevtutil epl OLD.evt NEW.evtx /lf:true converts it")
	ErrNotEVTX   = errors.New("the file is no Windows event log (EVTX)")
)

// The ways in which a record can be beyond reading. They are compared and
// shown, never wrapped with what the evidence holds.
var (
	errCutOff      = errors.New("a part of it ends too early")
	errName        = errors.New("a name lies outside the chunk")
	errToken       = errors.New("its binary XML holds an unknown token")
	errGrammar     = errors.New("its binary XML is out of order")
	errDepth       = errors.New("its elements are nested too deeply")
	errTooMuch     = errors.New("it unfolds to more than an event can hold")
	errTemplate    = errors.New("its template lies outside the chunk")
	errTemplateID  = errors.New("its template was overwritten by another")
	errNoSystem    = errors.New("it has no System element")
	errIncomplete  = errors.New("its System element does not say which record it is")
	errDescriptors = errors.New("its values are larger than the record")
	errInternal    = errors.New("an internal error of the reader")
)
