// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/activations.h"

#include "core/base/error.h"

namespace kelter {

const char* to_string(Activations activations) { return activations == Activations::int8 ? "int8" : "exact"; }

Activations activations_from_name(const std::string& name) {
  for (const Activations each : {Activations::exact, Activations::int8}) {
    if (name == to_string(each)) return each;
  }
  throw Error(ErrorCode::invalid_parameter, "This way to take activations is not known", "activations", "\"" + name + "\"",
              "Use exact or int8.");
}

}  // namespace kelter
