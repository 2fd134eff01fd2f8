// SPDX-License-Identifier: GPL-3.0-or-later
// Parameters as a person says them in a few words: "4 bit · group 64". Window thread.
#pragma once

#include <QString>

#include "core/describe/document.h"
#include "core/describe/step_descriptor.h"

namespace kelter::ui {

// One value with what tells it from others: "4 bit", "group 64", "30 %", "minmax", "prose-en.txt"; a sweep lists its
// values.
QString parameter_text(const ParameterSchema& schema, const Json& value);

// What the document says about this node, in the order of the schema; without anything said, the first defaults.
// Parameters that are not in force are left out.
QString parameter_summary(const StepDescriptor& step, const Node& node);

// Label of a required parameter without a value ("Text file"), empty if there is none.
QString missing_parameter(const StepDescriptor& step, const Node& node);

}  // namespace kelter::ui
