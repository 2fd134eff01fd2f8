// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/step_mime.h"

#include "core/base/error.h"
#include "core/base/files.h"

namespace kelter::ui {

QByteArray step_mime(const StepRequest& request) {
  if (request.parameters.empty()) return QByteArray::fromStdString(request.step);
  const Json json = {{"step", request.step}, {"parameters", request.parameters}};
  return QByteArray::fromStdString(json.dump());
}

std::optional<StepRequest> read_step_mime(const QByteArray& bytes) {
  if (bytes.isEmpty()) return std::nullopt;
  if (!bytes.startsWith('{')) return StepRequest{bytes.toStdString(), Json::object()};
  try {
    const Json json = parse_json(bytes.toStdString(), "drag");
    if (!json.contains("step") || !json["step"].is_string()) return std::nullopt;
    const Json parameters = json.value("parameters", Json::object());
    if (!parameters.is_object()) return std::nullopt;
    return StepRequest{json["step"].get<std::string>(), parameters};
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace kelter::ui
