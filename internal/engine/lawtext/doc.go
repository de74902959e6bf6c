// Package lawtext reads the text of a Chinese law into a tree: 编 分编 章 节
// (book, part, chapter, section), 条 (article), 款 (paragraph), 项 (item) and
// 目 (subitem).
//
// The texts come as Markdown of several flavours, as plain text, as Word files
// (Decode, package docx) and as the remains of word processors. Parse therefore
// never fails: whatever it cannot put in order is reported as a Problem that
// names the line and the mend, and the words stay readable in the nearest
// article, the preamble or the annex.
//
// The meaning of 款, 项 and 目 follows 立法法 (Legislation Law) article 65:
// articles are numbered through the document, 款 are unnumbered natural
// paragraphs, 项 carry Chinese numerals in brackets, 目 carry Arabic numerals.
package lawtext
