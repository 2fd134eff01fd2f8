// SPDX-License-Identifier: GPL-3.0-or-later
// A step on its way to the canvas: what a drag out of the library carries. The bytes are the step's id, or a JSON object
// {"step": id, "parameters": {...}} where it comes with parameters. Pure.
#pragma once

#include <optional>
#include <QByteArray>
#include <string>

#include "core/base/json.h"

namespace kelter::ui {

inline constexpr const char* step_mime_type = "application/x-kelter-step";

struct StepRequest {
  std::string step;
  Json parameters = Json::object();
};

QByteArray step_mime(const StepRequest& request);
// Nothing for bytes that name no step.
std::optional<StepRequest> read_step_mime(const QByteArray& bytes);

}  // namespace kelter::ui
