// SPDX-License-Identifier: GPL-3.0-or-later
// Figures as plain values: what is drawn, in which unit, against which baselines, and where nothing may be drawn.
// How it looks is up to who draws it (ui/figures). Pure; any thread.
//
// The four figures of a run have the same branches in the same order, so that colour, number and place of a branch
// are the same in all of them. Values of different protocols are never drawn together: the figure is then empty and
// says what differs.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/describe/messages.h"
#include "core/report/figure_labels.h"
#include "core/report/table.h"

namespace kelter {

enum class FigureKind {
  bars,  // quantities that start at zero
  dots,  // with error bars, where zero means little
  lines  // over a swept parameter
};

enum class MarkState { value, running, absent };

// One way through the pipeline: a model node, or all copies of one in a sweep.
struct Branch {
  std::string node;        // of the document
  std::string label;       // without what is swept
  std::string family;      // "quantization": its colour
  int shade = 0;           // counts the branches of a family: tint and hatching
  bool reference = false;  // the file, or its expansion: grey, with a dashed baseline
  bool operator==(const Branch&) const = default;
};

struct Mark {
  std::size_t branch = 0;   // index in Figure::branches
  std::string node;         // of the graph: "rtn@bits=3"
  std::string label;        // with what is swept
  std::optional<double> x;  // lines: the swept value; absent for a branch that the sweep does not reach
  MarkState state = MarkState::absent;
  std::string reason;           // "running", "waiting", "failed", "infinite", "not measured"; empty with a value
  double value = 0;             // in the figure's unit
  std::optional<double> error;  // standard error or spread, in the figure's unit
  std::string text;             // "31.3", to stand at the mark
  // What a person asks next, as (what, text): the value with its error, its change, bytes, protocol.
  std::vector<std::pair<std::string, std::string>> facts;
  bool operator==(const Mark&) const = default;
};

// A dashed line across the figure.
struct Baseline {
  std::size_t branch = 0;
  std::string node, label;
  double value = 0;
  bool operator==(const Baseline&) const = default;
};

struct Figure {
  std::string id;      // "accuracy", "perplexity", "memory", "throughput"
  std::string choice;  // which quantity of those there are (FigureChoice::key)
  FigureKind kind = FigureKind::bars;
  std::string title;    // "Accuracy"
  std::string subject;  // "mean of 4 tasks, acc"; may be empty
  std::string unit;     // "MB", "tokens/s"; empty for a plain number
  bool higher_is_better = false;
  std::string direction;     // "higher is better"
  bool logarithmic = false;  // the largest value is more than five times the smallest
  double base = 0;           // where bars start: 0, or a power of ten on a logarithmic axis
  std::string note;          // "log axis, bars from 10"
  std::string x_title;       // lines: "Bits"
  std::vector<Branch> branches;
  std::vector<Mark> marks;  // in the order of the record; by x within a branch
  std::vector<Baseline> baselines;
  Json protocol;                              // shared by all values; null if there is none
  std::vector<std::string> mixed_protocols;   // "window: 1024 (file, bf16); 512 (rtn)"; then there are no marks
  std::vector<std::string> mixed_nodes;       // document nodes whose values take part in that
  bool measured = false;                      // some value exists or is on its way
  bool asked = true;                          // false: the document is known, and nothing in it measures this
  bool operator==(const Figure&) const = default;
};

// One of several quantities a figure can show ("Decode", "Prefill").
struct FigureChoice {
  std::string key, title;
  bool operator==(const FigureChoice&) const = default;
};

struct FigureOptions {
  ReportContext context;
  std::map<std::string, std::string> choices;  // figure id -> key; the first choice where there is none
};

// Accuracy, perplexity, memory and throughput, in this order. Memory is the peak above the idle process where that
// was measured (as the result table shows it), else the peak.
std::vector<Figure> result_figures(const RunRecord& run, const FigureOptions& options = {});

// What the figure `id` can show for this run, the default first.
std::vector<FigureChoice> figure_choices(const RunRecord& run, const std::string& id, const ReportContext& context = {});

// What stands under the title: "peak minus idle, MB"; may be empty.
std::string figure_subject(const Figure& figure);
// Both in one line: "Memory, peak minus idle (MB)"
std::string figure_heading(const Figure& figure);

// Columns: branch, node, role (baseline or nothing), the swept value, value with error, state.
Table figure_table(const Figure& figure);
// figure_table as RFC 4180; numbers with all digits.
std::string figure_to_csv(const Figure& figure);

}  // namespace kelter
