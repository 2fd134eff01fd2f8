// SPDX-License-Identifier: GPL-3.0-or-later
// Small runs with numbers that can be worked out by hand.
#pragma once

#include "core/describe/messages.h"

namespace kelter::test {

inline MeasureRecord perplexity(double value, const Json& samples, int window = 1024) {
  MeasureRecord record;
  record.metric = "perplexity";
  record.value = value;
  record.standard_error = 0.25;
  record.protocol = {{"name", "gptq"}, {"window", window}};
  record.samples = samples;
  return record;
}

inline MeasureRecord accuracy(double value, const Json& hits) {
  MeasureRecord record;
  record.metric = "accuracy";
  record.value = value;
  record.standard_error = 0.02;
  record.details = {{"task", "questions"}, {"name", "acc"}};
  record.protocol = {{"shots", 0}};
  record.samples = hits;
  return record;
}

inline MeasureRecord peak(double bytes, double idle) {
  MeasureRecord record;
  record.metric = "peak_resident_bytes";
  record.value = bytes;
  record.details = {{"idle_resident_bytes", idle}};
  return record;
}

inline NodeRecord node(const char* id, const char* step, const Json& ledger) {
  NodeRecord record;
  record.id = id;
  record.step = step;
  record.state = NodeState::done;
  record.ledger = ledger;
  return record;
}

// A file of 1000 bytes with 800 weights, its expansion, and a quantised and a failed node.
inline RunRecord sample_run() {
  RunRecord run{
      "0.1.0", "cpu", "x86-64 avx2, 2 threads", {{"title", "Demo"}, {"dtype", "float32"}, {"threads", 2}}, {}};
  NodeRecord file = node("file", "source.model",
                         {{"source_bytes", 1000},
                          {"disk_bytes", 1000},
                          {"weights", 800},
                          {"total_bytes", 1000},
                          {"bits_per_weight", 5.0},
                          {"nominal_bits", 4},
                          {"badges", {"packed"}}});
  file.measures = {perplexity(20.0, {3.0, 3.0, 3.0, 3.0}), accuracy(0.5, {1, 0, 1, 0}), peak(600e6, 450e6)};
  NodeRecord expanded = node("bf16", "format.expand",
                             {{"source_bytes", 1000},
                              {"disk_bytes", 1650},
                              {"weights", 800},
                              {"total_bytes", 1600},
                              {"bits_per_weight", 16.0},
                              {"nominal_bits", 16},
                              {"badges", {"expanded"}}});
  expanded.parameters = {{"to", "bfloat16"}};
  NodeRecord small = node("rtn", "quant.rtn",
                          {{"source_bytes", 1000},
                           {"disk_bytes", 890},
                           {"weights", 800},
                           {"total_bytes", 880},
                           {"bits_per_weight", 4.5},
                           {"nominal_bits", 4},
                           {"badges", {"packed"}},
                           {"kernels", {{"int4-avx2", {{"calls", 210}, {"bytes_read", 5000}}}}}});
  small.parameters = {{"bits", 4}, {"group", 64}};
  small.measures = {perplexity(22.0, {3.1, 3.3, 3.1, 3.3}), accuracy(0.25, {1, 0, 0, 0}), peak(500e6, 450e6)};
  small.warnings = {"the text gives 9 windows only"};
  NodeRecord broken = node("gptq", "quant.gptq", nullptr);
  broken.state = NodeState::failed;
  broken.error =
      ErrorInfo{ErrorCode::not_finite, "The Hessian is not finite", "layer 3", "an input is NaN", "Check the text."};
  run.nodes = {file, expanded, small, broken};
  return run;
}

}  // namespace kelter::test
