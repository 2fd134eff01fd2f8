// SPDX-License-Identifier: GPL-3.0-or-later
// Everything a Runner needs, made once for a program. A plugin that cannot be loaded, or a store of runs that cannot
// be opened, is a warning. Engine thread only, but for readers().
#pragma once

#include <memory>
#include <vector>

#include "core/run/runner.h"

namespace kelter {

class Engine {
 public:
  Engine();

  const StepCatalogue& catalogue() const { return catalogue_; }
  const std::vector<ErrorInfo>& warnings() const { return warnings_; }
  RunServices services() { return {catalogue_, registry_, measures_, cache_, identities_, store_.get()}; }
  // For plans on another thread, which brings a cache and a store of its own (nullptr: none).
  RunServices readers(Cache& cache, RunStore* store) { return {catalogue_, registry_, measures_, cache, identities_, store}; }

 private:
  std::vector<ErrorInfo> warnings_;   // before what fills it
  StepCatalogue catalogue_;
  StepRegistry registry_;
  MeasureTable measures_;
  Cache cache_;
  FileIdentities identities_;
  std::unique_ptr<RunStore> store_;
};

}  // namespace kelter
