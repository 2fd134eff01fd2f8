// SPDX-License-Identifier: GPL-3.0-or-later
// Tiny models opened for tests of the engine, and a context that cancels. Needs ENGINE.
#pragma once

#include <QTemporaryDir>

#include "core/base/step_context.h"
#include "core/model/model_state.h"
#include "tests/support/tiny_llama.h"

namespace kelter::test {

inline ModelState open_built(const GgufBuilder& builder) {
  const QTemporaryDir folder;
  // The mapped bytes stay valid when the folder is removed.
  return open_model(builder.write(fs::path(folder.path().toStdString()) / "model.gguf"));
}

inline ModelState open_tiny(const TinyLlama& options = {}) { return open_built(tiny_llama(options)); }

// Every float32 weight is zero: all tokens are equally likely.
inline ModelState open_uniform(const TinyLlama& options = {}) {
  GgufBuilder builder = tiny_llama(options);
  for (auto& tensor : builder.tensors) std::fill(tensor.data.begin(), tensor.data.end(), std::uint8_t{0});
  return open_built(builder);
}

// Cancels at the given question whether it should.
class CancellingContext : public NullContext {
 public:
  explicit CancellingContext(int questions) : left_(questions) {}
  void progress(std::int64_t done, std::int64_t, std::string_view) override {
    finished = done;
    check_cancelled();
  }
  void check_cancelled() override {
    if (--left_ < 0) throw Error(ErrorCode::cancelled, "Cancelled");
  }
  std::int64_t finished = 0;

 private:
  int left_;
};

}  // namespace kelter::test
