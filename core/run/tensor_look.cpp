// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/tensor_look.h"

#include "core/measure/tensor_statistics.h"
#include "core/run/device.h"
#include "core/run/engine_thread.h"
#include "core/run/model_source.h"
#include "core/run/undisturbed.h"

namespace kelter {
namespace {

class Stoppable : public NullContext {
 public:
  explicit Stoppable(const CancelFlag& cancel) : cancel_(cancel) {}
  void check_cancelled() override {
    if (cancel_.requested()) throw Error(ErrorCode::cancelled, "Reading the tensor was stopped");
  }

 private:
  const CancelFlag& cancel_;
};

}  // namespace

TensorMeasured measure_tensor(const StatisticsRequest& request, OpenModels& models, const CancelFlag& cancel) {
  Stoppable context(cancel);
  context.check_cancelled();
  const Undisturbed undisturbed;
  own_torch(default_threads());
  const fs::path path = resolve_model(request.model, request.folder);
  const ModelState& model = models.open(path);
  const auto found = model.tensors.find(request.tensor);
  if (found == model.tensors.end()) {
    throw Error(ErrorCode::invalid_parameter, "The model has no such tensor", path.string(), "\"" + request.tensor + "\"",
                "Read the list of tensors again: the file may have been written anew.");
  }
  return {request.id, request.tensor, tensor_statistics(*found->second, context).to_json()};
}

}  // namespace kelter
