// Package gaps holds the list against the law both ways (缺漏对照): powers whose
// cited articles grant nothing of their kind, and articles that grant a power
// at the city's level which no power on the list cites (职权遗漏).
//
// What it finds are candidates read by engine/grant, each with the article's
// sentence: a person reads it and concludes.
package gaps
