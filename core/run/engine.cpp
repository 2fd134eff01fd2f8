// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/engine.h"

#include "core/run/plugin_loader.h"

namespace kelter {

Engine::Engine() : catalogue_(load_catalogue(&warnings_)), measures_(MeasureTable::builtin()) {
  for (ErrorInfo& warning : load_plugins(catalogue_, registry_)) warnings_.push_back(std::move(warning));
  try {
    store_ = std::make_unique<RunStore>();
  } catch (const Error& error) {
    ErrorInfo warning = error.info();
    warning.what = "Runs will not be remembered: " + warning.what;
    warnings_.push_back(std::move(warning));
  }
}

}  // namespace kelter
