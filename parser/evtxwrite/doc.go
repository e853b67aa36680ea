// Package evtxwrite writes events as EVTX files, the format of Windows event
// logs since Vista: for exports, for the practice domain and for tests.
//
// The files are built as Windows builds them, so that every reader of real
// logs reads them. Names and literals of an event go into a template, which
// each chunk holds once; the values are typed substitutions. EventData and the
// content of UserData are templates of their own within the value of the
// outer one. [Writer.WriteRendered] writes an event the other way that is
// found in real logs, as a collector keeps forwarded ones: without a template,
// every value as text.
//
// What is written depends on the records alone: the same records give the
// same bytes.
//
// Sources: [MS-EVEN6] 2.2.12 for the binary XML, the layout of chunks and
// headers as public descriptions of the format give it.
package evtxwrite
