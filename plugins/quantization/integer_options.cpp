// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugins/quantization/integer_options.h"

#include "core/formats/dense_weight.h"

namespace kelter {

IntegerOptions integer_options(const Json& parameters) {
  IntegerOptions options;
  options.bits = parameters.at("bits").get<int>();
  options.group = parameters.at("group").get<std::int64_t>();
  options.grid = integer_grid_from_name(parameters.at("grid").get<std::string>());
  options.symmetric = parameters.at("symmetric").get<bool>();
  options.scale_type = dtype_from_name(parameters.at("scale_type").get<std::string>());
  return options;
}

}  // namespace kelter
