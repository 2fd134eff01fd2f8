// SPDX-License-Identifier: GPL-3.0-or-later
// How a Hugging Face checkpoint describes its model. Pure functions; any thread.
#pragma once

#include <string>

#include "core/model/model_config.h"

namespace kelter {

// What config.json says. Error(unsupported) names an architecture, activation, rotary type or window that Kelter does
// not compute, rather than guess; Error(file_malformed) names the key. `where`: the file, for errors.
ModelConfig hugging_face_config(const Json& json, const std::string& where);

// The inverse, as transformers reads it. Widths that differ between layers have no place in it: Error(unsupported).
Json hugging_face_config(const ModelConfig& config, const std::string& dtype);

}  // namespace kelter
