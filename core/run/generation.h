// SPDX-License-Identifier: GPL-3.0-or-later
// Continuing a prompt for a window: the models looked at last stay open, text comes in whole characters. Engine
// thread only; may be called inside a running step (its threads and kernel counts are left as they were).
#pragma once

#include <functional>
#include <list>
#include <string>

#include "core/base/cancel.h"
#include "core/describe/engine.h"
#include "core/model/model_state.h"

namespace kelter {

// The last two opened models. A file that changed since is opened again.
class OpenModels {
 public:
  const ModelState& open(const fs::path& path);

 private:
  struct Entry {
    std::string stamp;
    ModelState state;
  };
  std::list<Entry> entries_;   // the last one used first
};

// Bytes of tokens as well-formed UTF-8: a character that is not complete yet waits, bytes that can never be one
// become U+FFFD.
class WholeCharacters {
 public:
  std::string add(const std::string& bytes);
  std::string rest();          // what still waits, at the end

 private:
  std::string waiting_;
};

// Sends TokenWritten for every token, and returns the last message. Throws Error(cancelled) between two tokens.
GenerationFinished run_generation(const GenerateRequest& request, OpenModels& models, const CancelFlag& cancel,
                                  const std::function<void(const TokenWritten&)>& send);

}  // namespace kelter
