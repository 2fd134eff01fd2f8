// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/calibration.h"

namespace kelter {

Calibration calibration_of(const StepInputs& inputs, StepContext& context, const std::string& reason) {
  const TextRequest* text = inputs.text();
  if (!text)
    throw Error(ErrorCode::invalid_parameter, "The step needs a text", "input text", reason, "Link a text.");
  TokenWindows windows = calibration_windows(*text, inputs.model().text_tokenizer());
  for (const std::string& warning : windows.warnings) context.warn(warning);
  return {std::move(windows.windows), inputs.dtype, inputs.device};
}

}  // namespace kelter
