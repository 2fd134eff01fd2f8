// SPDX-License-Identifier: GPL-3.0-or-later
// Documents that the command line makes or changes. Pure, but for looking up which files exist.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/cli/step_argument.h"
#include "core/describe/document.h"

namespace kelter {

// What `compress` and `measure` ask for.
struct ChainRequest {
  std::string model;
  std::vector<std::string> steps;       // ID:p=v,…
  std::optional<std::string> text;      // p=v,…
  std::vector<std::string> measures;    // METRIC:p=v,…; METRIC is the step's id with or without "measure."
  bool measure_source = false;          // the source as well as the last node
};

// The chain source, step1, step2, … with the text linked to every step that has a text input, and the nodes
// measure1, measure2, … at its end. UsageError naming the option that is wrong.
Document make_chain(const ChainRequest& request, const StepCatalogue& catalogue);

// NODE.PARAM=VALUE; a VALUE {"sweep": […]} makes an axis. UsageError when there is no such node or parameter.
void set_parameter(Document& document, const std::string& assignment, const StepCatalogue& catalogue);

}  // namespace kelter
