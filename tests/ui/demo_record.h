// SPDX-License-Identifier: GPL-3.0-or-later
// The demo's document with a record of the values in the README, for tests of what shows results.
#pragma once

#include <array>
#include <cmath>

#include "core/base/files.h"
#include "core/describe/document.h"
#include "core/describe/messages.h"

namespace kelter::test {

inline Document demo_document() { return Document::load(KELTER_SOURCE_DIR "/resources/demo/demo.kelter"); }

inline MeasureRecord measured(const char* metric, double value, const Json& protocol) {
  MeasureRecord record;
  record.metric = metric;
  record.value = value;
  record.protocol = protocol;
  return record;
}

struct DemoBranch {
  const char* id;
  const char* step;
  Json parameters;
  double disk, bits, perplexity, perplexity_error, accuracy, accuracy_error, above_idle, decode;
  const char* badge;
};

inline std::vector<DemoBranch> demo_branches() {
  return {{"file", "source.model", {{"path", "store:x"}}, 98.4e6, 5, 31.3, 1.9, 0.675, 0.030, 159e6, 61.2, "packed"},
          {"bf16", "format.expand", {{"to", "bfloat16"}}, 270.3e6, 16, 31.27, 1.9, 0.662, 0.031, 317e6, 35.4, "expanded"},
          {"magnitude30", "prune.magnitude", {{"sparsity", 0.3}}, 243.7e6, 16, 47.3, 3.4, 0.625, 0.031, 293e6, 36.1, "masked"},
          {"rtn-g32-minmax", "quant.rtn", {{"bits", 4}, {"group", 32}, {"grid", "minmax"}}, 97.8e6, 5, 31.3, 1.9, 0.675, 0.030, 178e6, 60.8, "packed"},
          {"rtn-g64", "quant.rtn", {{"bits", 4}, {"group", 64}, {"grid", "gptq"}}, 88.7e6, 4.31, 38.3, 2.5, 0.683, 0.030, 155e6, 66.5, "packed"},
          {"depth2", "prune.depth", {{"criterion", "influence"}, {"count", 2}}, 93.3e6, 5, 41.7, 2.7, 0.575, 0.032, 146e6, 65.3, "fewer-layers"},
          {"depth4", "prune.depth", {{"criterion", "influence"}, {"count", 4}}, 88.9e6, 5, 52.3, 3.3, 0.542, 0.032, 141e6, 69.9, "fewer-layers"},
          {"depth2-rtn-g64", "quant.rtn", {{"bits", 4}, {"group", 64}, {"grid", "gptq"}}, 84.9e6, 4.31, 52.7, 3.8, 0.608, 0.032, 151e6, 71.0, "packed"}};
}

inline NodeRecord demo_node(const DemoBranch& branch) {
  NodeRecord node;
  node.id = branch.id;
  node.step = branch.step;
  node.parameters = branch.parameters;
  node.state = NodeState::done;
  node.recipe = std::string("recipe-of-") + branch.id;
  node.ledger = {{"source_bytes", 98362432}, {"disk_bytes", branch.disk}, {"weights", 134515008},
                 {"bits_per_weight", branch.bits}, {"badges", Json::array({branch.badge})}};
  MeasureRecord perplexity = measured("perplexity", branch.perplexity,
                                      {{"name", "gptq"}, {"text", "sha256:0a1b"}, {"format", "plain"}, {"window", 1024}, {"windows", 9}});
  perplexity.standard_error = branch.perplexity_error;
  perplexity.samples = Json::array();
  for (int i = 0; i < 9; ++i)
    perplexity.samples.push_back(std::log(branch.perplexity) + 0.1 * std::sin(i * branch.perplexity));
  MeasureRecord accuracy = measured("accuracy", branch.accuracy, {{"shots", 0}});
  accuracy.standard_error = branch.accuracy_error;
  accuracy.details = {{"task", "questions"}, {"name", "acc"}, {"items", 240}};
  accuracy.samples = Json::array();
  for (int i = 0; i < 240; ++i)
    accuracy.samples.push_back(i < branch.accuracy * 240 ? 1 : 0);
  MeasureRecord memory = measured("peak_resident_bytes", branch.above_idle + 300e6, {{"prompt", 256}, {"output", 64}});
  memory.details = {{"idle_resident_bytes", 300e6}};
  MeasureRecord decode = measured("decode_tokens_per_second", branch.decode, {{"prompt", 256}, {"output", 64}, {"batch", 1}});
  decode.spread = 0.8;
  MeasureRecord prefill = measured("prefill_tokens_per_second", branch.decode * 9, {{"prompt", 256}, {"batch", 1}});
  prefill.spread = 4;
  node.measures = {perplexity, accuracy, decode, prefill, memory};
  return node;
}

inline RunRecord demo_record() {
  RunRecord run{"0.1.0", "cpu", "x86-64 avx512_bf16, 2 threads",
                {{"host", "workstation"}, {"dtype", "bfloat16"}, {"title", "Eight ways through one small model"},
                 {"measures", {{"perplexity", "recipe-of-perplexity"}, {"tasks", "recipe-of-tasks"},
                               {"throughput", "recipe-of-throughput"}, {"memory", "recipe-of-memory"}}}},
                {}};
  for (const DemoBranch& branch : demo_branches())
    run.nodes.push_back(demo_node(branch));
  return run;
}

}  // namespace kelter::test
