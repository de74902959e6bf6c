// Package stage is the chain of the reform, in this order: inventory 清权,
// reduce 减权, publish 晒权. What travels it is a change (事项变更) carrying an
// immutable version. A stage never imports a stage: it moves the change
// (registry/power holds the one transition table) and records the act in one
// transaction.
package stage
