// SPDX-License-Identifier: GPL-3.0-or-later
// The result table of a run: one row per model node, claimed and realised size beside quality, speed and
// memory, every change against the file the pipeline started from with its paired error. Pure; any thread.
//
// A value that does not exist is a dash; "not available", "infinite", "failed", "skipped" and "cancelled" say
// why there is none; "different protocol" stands where a difference would compare what cannot be compared.
#pragma once

#include "core/describe/messages.h"
#include "core/report/table.h"

namespace kelter {

Table result_table(const RunRecord& run);

// A finished node in one line, as far as it was measured: "rtn: 78.1 MB on disk, 4.64 bits per weight, Perplexity 31.15
// ± 0.20, Accuracy questions (acc) 0.512 ± 0.022, Decode (tokens/s) 95.1 ± 1.2".
std::string result_line(const NodeRecord& node);

// Bytes counted from the stored arrays, with claimed and realised bits.
Table ledger_table(const RunRecord& run);

// Which kernels computed each node's measures: calls and bytes of weights read.
Table kernel_table(const RunRecord& run);

// The model nodes (not texts, tasks, measures), in the order of the run.
std::vector<const NodeRecord*> model_nodes(const RunRecord& run);

// The source.model node that `node` started from; nullptr if that is not certain.
const NodeRecord* source_of(const RunRecord& run, const NodeRecord& node);

// Why a node that is not done has no values: "failed", "skipped", ...; a dash for one that is done.
std::string absence(const NodeRecord& node);

// The value of a record as text, number and error; says why there is none.
Cell value_cell(const MeasureRecord& record);

// The change of a value against another one; a cell that refuses where the protocols differ.
Cell change_cell(const MeasureRecord* record, const MeasureRecord* baseline);

}  // namespace kelter
