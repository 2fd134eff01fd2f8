// SPDX-License-Identifier: GPL-3.0-or-later
// What a branch of a run is called and which family colours it: "RTN 4 bit g64", "−2 layers → RTN 4 bit g64".
// Pure; any thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/describe/document.h"
#include "core/describe/messages.h"
#include "core/describe/step_descriptor.h"

namespace kelter {

// What is known beside the record; everything may be missing, and pointers outlive the call only.
struct ReportContext {
  const StepCatalogue* catalogue = nullptr;  // titles and families; else they are guessed from the step's id
  const Document* document = nullptr;        // the way a model took, and what is to be measured
  // English to the language of the reader; patterns hold %1. Every phrase of a figure goes through it, numbers and
  // ids do not.
  std::function<std::string(const std::string&)> translate;

  std::string text(const std::string& english) const { return translate ? translate(english) : english; }
  // `english` with %1 replaced.
  std::string text(const std::string& english, const std::string& value) const;
};

// "rtn@bits=3,seed=1" in its parts.
struct GraphNodeName {
  std::string document_node;
  std::vector<std::pair<std::string, std::string>> sweep;  // {"bits", "3"}, {"seed", "1"}
};
GraphNodeName split_graph_node(const std::string& id);

// The node of the document whose model goes into `node`, past bypassed ones; nullptr if there is none.
const Node* model_parent(const Document& document, const std::string& node);

// "quantization" of "quant.rtn".
std::string step_family(const std::string& step, const StepCatalogue* catalogue = nullptr);

// One step with the parameters that say most: "RTN 4 bit g64", "Magnitude 30 %", "−2 layers", "bf16". A source is
// called by its node id.
std::string step_label(const NodeRecord& node, const ReportContext& context = {});

// The step and those before it as far as the document knows them. Without a document the step alone. `hidden`: a
// swept parameter that is left out ("bits"), for what its copies have in common.
std::string branch_label(const RunRecord& run, const NodeRecord& node, const ReportContext& context = {},
                         const std::string& hidden = {});

// Of every model node, by graph node id. No two are equal: where they would be, the id stands behind.
std::map<std::string, std::string> branch_labels(const RunRecord& run, const ReportContext& context = {});

}  // namespace kelter
